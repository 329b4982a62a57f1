"""Tasks to other teams: who is asked, what they see, and when it is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from complaints.errors import NotAllowed, NotVisible, Refused
from complaints.models import Complaint, Kind, State, Task
from complaints.services import case, ending, files, merging, response, tasks
from tests.conftest import AT, Register, a_person
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=3)
Ask = Callable[..., Task]


@pytest.fixture
def risk(db: None) -> Team:
    return Team.objects.create(name="Risk Lisbon", centre="Lisbon", zone="Europe/Lisbon")


@pytest.fixture
def an_analyst(risk: Team) -> User:
    """Somebody of a team that does not see the complaint."""
    return a_person("rui@larkspur.example", "Rui Costa", Role.SPECIALIST, risk)


@pytest.fixture
def a_task(an_investigated: Register, a_specialist: User, risk: Team) -> Ask:
    """Ask the risk team; any argument may be given."""

    def build(**given: Any) -> Task:
        complaint = given.pop("complaint", None) or an_investigated()
        asked = {"what": "Why was it held?", "working_days": 2, "actor": a_specialist, "at": AT, **given}
        tasks.ask(complaint.pk, **({"team": risk} if "person" not in asked else {}) | asked)
        return Task.objects.latest("pk")

    return build


@pytest.mark.parametrize(
    ("asked_at", "days", "due_at"),
    [
        # Monday to Wednesday; Lisbon closes at 17:30 by its own clock.
        (datetime(2026, 6, 1, 9, tzinfo=UTC), 2, datetime(2026, 6, 3, 16, 30, tzinfo=UTC)),
        # Over a weekend.
        (datetime(2026, 6, 5, 9, tzinfo=UTC), 1, datetime(2026, 6, 8, 16, 30, tzinfo=UTC)),
        # Over the summer bank holiday of England.
        (datetime(2026, 8, 28, 9, tzinfo=UTC), 1, datetime(2026, 9, 1, 16, 30, tzinfo=UTC)),
    ],
)
def test_a_task_is_due_when_its_team_closes_on_its_last_working_day(
    an_investigated: Register, risk: Team, asked_at: datetime, days: int, due_at: datetime
) -> None:
    assert tasks.due(an_investigated(), days, team=risk, at=asked_at) == due_at


def test_where_no_law_counts_days_every_weekday_is_a_working_day(a_complaint: Complaint, risk: Team) -> None:
    # 1 May is a holiday in many places, and a Friday.
    due = tasks.due(a_complaint, 1, team=risk, at=datetime(2026, 4, 30, 9, tzinfo=UTC))

    assert due.date().isoformat() == "2026-05-01"


def test_those_asked_accept_and_answer_and_it_stands_in_the_story(a_task: Ask, an_analyst: User) -> None:
    task = a_task()

    tasks.accept(task.pk, actor=an_analyst, at=LATER)
    done = tasks.answer(task.pk, text="A stale rule hit.", actor=an_analyst, at=LATER)

    told = list(task.complaint.story.filter(kind__startswith="task_").values_list("kind", flat=True))
    assert told == [Kind.TASK_ASKED, Kind.TASK_ACCEPTED, Kind.TASK_ANSWERED]
    assert (done.state, done.words, done.settled_by) == ("answered", "A stale rule hit.", an_analyst)


def test_that_somebody_began_makes_nobodys_form_stale(a_task: Ask, an_analyst: User) -> None:
    task = a_task()
    before = Complaint.objects.get(pk=task.complaint_id).version

    tasks.accept(task.pk, actor=an_analyst, at=LATER)

    assert Complaint.objects.get(pk=task.complaint_id).version == before


def test_a_file_of_the_answer_is_kept_with_the_complaint(
    a_task: Ask, an_analyst: User, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    task = a_task()

    tasks.answer(task.pk, text="See the log.", file=SimpleUploadedFile("log.txt", b"hit"), actor=an_analyst, at=LATER)

    assert task.complaint.attachments.get().name == "log.txt"
    assert task.complaint.story.get(kind=Kind.TASK_ANSWERED).data["name"] == "log.txt"


def test_it_is_declined_and_cancelled_with_the_reason(a_task: Ask, an_analyst: User, a_specialist: User) -> None:
    first, second = a_task(), a_task()

    tasks.decline(first.pk, text="Ask Cards.", actor=an_analyst, at=LATER)
    tasks.cancel(second.pk, text="Found it myself.", actor=a_specialist, at=LATER)

    assert [Task.objects.get(pk=one.pk).state for one in (first, second)] == ["declined", "cancelled"]
    with pytest.raises(Refused, match="Write something first"):
        tasks.decline(a_task().pk, text=" ", actor=an_analyst, at=LATER)


@pytest.mark.parametrize("act", ["answer", "decline"])
def test_what_is_settled_stays_settled(a_task: Ask, an_analyst: User, act: str) -> None:
    task = a_task()
    tasks.answer(task.pk, text="So.", actor=an_analyst, at=LATER)

    with pytest.raises(Refused, match="settled already"):
        getattr(tasks, act)(task.pk, text="Again.", actor=an_analyst, at=LATER)


def test_two_of_a_team_do_not_accept_the_same(a_task: Ask, an_analyst: User, risk: Team) -> None:
    task = a_task()
    tasks.accept(task.pk, actor=an_analyst, at=LATER)

    with pytest.raises(Refused, match="Rui Costa has accepted"):
        tasks.accept(task.pk, actor=a_person("ana@larkspur.example", "Ana Reis", Role.SPECIALIST, risk), at=LATER)


def test_only_those_asked_answer(a_task: Ask, a_specialist: User) -> None:
    task = a_task()
    stranger = a_person("x@larkspur.example", "X", Role.SPECIALIST, Team.objects.create(name="London", centre="London"))

    with pytest.raises(NotAllowed, match="Only Risk Lisbon may do this"):
        tasks.answer(task.pk, text="So.", actor=a_specialist, at=LATER)
    with pytest.raises(NotVisible):
        tasks.answer(task.pk, text="So.", actor=stranger, at=LATER)


def test_those_asked_do_not_cancel_what_is_not_theirs(a_task: Ask, an_analyst: User) -> None:
    with pytest.raises(NotVisible):
        tasks.cancel(a_task().pk, text="No.", actor=an_analyst, at=LATER)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"team": None}, "Choose one team or one person"),
        ({"working_days": 0}, "from 1 to 60"),
        ({"working_days": 61}, "from 1 to 60"),
        ({"files": [99]}, "not one of the complaint's"),
        ({"what": " "}, "Write something first"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(a_task: Ask, given: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        a_task(**given)


def test_an_auditor_is_not_asked(a_task: Ask, an_auditor: User) -> None:
    with pytest.raises(Refused, match="Ada Audit cannot answer tasks"):
        a_task(person=an_auditor, team=None)


def test_a_complaint_is_not_closed_while_a_task_is_open(
    a_reviewed: Register, a_task: Ask, a_specialist: User, an_analyst: User
) -> None:
    complaint = a_reviewed()
    task = a_task(complaint=complaint)
    response.send_final_response(complaint.pk, actor=a_specialist, at=LATER)

    with pytest.raises(Refused, match="A task to another team is still open"):
        ending.close(complaint.pk, actor=a_specialist, at=LATER)
    tasks.answer(task.pk, text="So.", actor=an_analyst, at=LATER)

    assert ending.close(complaint.pk, actor=a_specialist, at=LATER).state == State.CLOSED


def test_a_complaint_is_not_merged_while_a_task_is_open(
    a_task: Ask, a_registered: Register, a_specialist: User
) -> None:
    with pytest.raises(Refused, match="still open"):
        merging.merge(a_task().complaint_id, into=a_registered(), actor=a_specialist, at=LATER)


def test_a_complaint_that_is_withdrawn_takes_its_tasks_back(a_task: Ask, a_specialist: User) -> None:
    task = a_task()

    ending.withdraw(task.complaint_id, reason="She has her money.", actor=a_specialist, at=LATER)

    assert Task.objects.get(pk=task.pk).words == tasks.ENDED
    with pytest.raises(Refused, match="has ended"):
        a_task(complaint=task.complaint)


def test_those_asked_see_the_task_and_nothing_else_of_the_case(
    a_task: Ask, an_analyst: User, a_specialist: User, client: Client, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    complaint = a_task().complaint
    for name in ("given.txt", "kept.txt"):
        files.attach(complaint.pk, file=SimpleUploadedFile(name, b"x"), actor=a_specialist, at=AT)
    given, kept = complaint.attachments.order_by("pk")
    task = a_task(complaint=complaint, files=[given.pk])
    client.force_login(an_analyst)

    page = client.get(f"/complaints/tasks/{task.pk}").content.decode()

    assert "Why was it held?" in page
    assert "given.txt" in page
    for hidden in (complaint.subject, complaint.complainant.name, "kept.txt", f"/complaints/{complaint.reference}/"):
        assert hidden not in page
    assert client.get(f"/complaints/{complaint.reference}/").status_code == 404
    assert client.get(f"/complaints/tasks/{task.pk}/files/{given.pk}").status_code == 200
    assert client.get(f"/complaints/tasks/{task.pk}/files/{kept.pk}").status_code == 404


def test_a_task_of_others_answers_as_one_that_never_was(a_task: Ask, client: Client) -> None:
    stranger = a_person("x@larkspur.example", "X", Role.SPECIALIST, Team.objects.create(name="London", centre="London"))
    client.force_login(stranger)

    there, never = (client.get(f"/complaints/tasks/{pk}") for pk in (a_task().pk, 999_999))

    assert (there.status_code, never.status_code) == (404, 404)


def test_my_tasks_are_those_of_me_and_my_team_soonest_first(
    a_task: Ask, an_analyst: User, a_specialist: User, client: Client
) -> None:
    later, sooner = a_task(working_days=5), a_task(person=an_analyst, working_days=1)
    a_task(person=a_specialist)
    client.force_login(an_analyst)

    page = client.get("/complaints/tasks")

    assert list(page.context["mine"]) == [sooner, later]
    assert "Overdue" in page.content.decode()


def test_the_asker_sees_what_is_still_out(a_task: Ask, a_specialist: User, client: Client) -> None:
    task = a_task()
    client.force_login(a_specialist)

    page = client.get("/complaints/tasks")

    assert (list(page.context["mine"]), list(page.context["asked"])) == ([], [task])


def test_the_case_shows_its_tasks_and_that_one_is_open(a_task: Ask, a_specialist: User, client: Client) -> None:
    complaint = a_task().complaint
    client.force_login(a_specialist)

    head = client.get(f"/complaints/{complaint.reference}/").content.decode()
    part = client.get(f"/complaints/{complaint.reference}/part/more").content.decode()

    assert "1 open task" in head
    assert "asked Risk Lisbon, due Wed 3 Jun" in head
    assert "overdue since" in part


def test_it_is_asked_and_answered_on_its_pages(
    an_investigated: Register, a_specialist: User, an_analyst: User, risk: Team, client: Client
) -> None:
    complaint = an_investigated()
    client.force_login(a_specialist)
    form = {"version": complaint.version, "what": "Why?", "team": risk.pk, "working_days": 2}
    client.post(f"/complaints/{complaint.reference}/step/ask_task", form)
    task = Task.objects.get()
    client.force_login(an_analyst)

    accepted = client.post(f"/complaints/tasks/{task.pk}", {"act": "accept"})
    wordless = client.post(f"/complaints/tasks/{task.pk}", {"act": "answer", "text": ""})
    answered = client.post(f"/complaints/tasks/{task.pk}", {"act": "answer", "text": "A stale rule hit."})
    again = client.post(f"/complaints/tasks/{task.pk}", {"act": "answer", "text": "Again."})

    assert [accepted.status_code, wordless.status_code, answered.status_code, again.status_code] == [302, 200, 302, 409]
    assert "settled already" in again.content.decode()
    assert Task.objects.get().words == "A stale rule hit."


def test_one_must_be_asked_and_not_two(an_investigated: Register, a_specialist: User, client: Client) -> None:
    complaint = an_investigated()
    client.force_login(a_specialist)

    page = client.post(
        f"/complaints/{complaint.reference}/step/ask_task",
        {"version": complaint.version, "what": "Why?", "working_days": 2},
    )

    assert "Choose one team or one person" in page.content.decode()


def test_the_api_asks_and_answers(
    an_investigated: Register, a_specialist: User, an_analyst: User, risk: Team, client: Client
) -> None:
    complaint = an_investigated()
    client.force_login(a_specialist)
    body = {"what": "Why?", "team": risk.name, "working_days": 2}
    asked = client.post(f"/api/v1/complaints/{complaint.reference}/ask_task/", body, "application/json")
    client.force_login(an_analyst)
    (shown,) = client.get("/api/v1/tasks/").json()["results"]

    accepted = client.post(f"/api/v1/tasks/{shown['id']}/accept/")
    answered = client.post(f"/api/v1/tasks/{shown['id']}/answer/", {"text": "A stale hit."}, "application/json")

    assert asked.status_code == 200
    assert "subject" not in shown
    assert (accepted.json()["accepted_by"]["name"], answered.json()["words"]) == ("Rui Costa", "A stale hit.")


def test_a_replay_finds_every_clock_beside_tasks(
    a_task: Ask, an_analyst: User, capsys: pytest.CaptureFixture[str], a_specialist: User
) -> None:
    task = a_task()
    case.note(task.complaint_id, text="Asked risk.", actor=a_specialist, at=AT)
    tasks.answer(task.pk, text="So.", actor=an_analyst, at=LATER)

    call_command("replay", check=True)

    assert "0 differences" in capsys.readouterr().out
