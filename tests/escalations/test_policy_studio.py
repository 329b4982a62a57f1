"""The escalation policy is changed in the studio's manner: draft, rehearsal, a second person, a record."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, transaction
from django.test import Client

from complaints.models import Complaint, PolicyVersion
from complaints.services.obeying import obey
from complaints.thresholds import current
from complaints.thresholds.current import TEXT
from escalations.models import Escalation, PolicyRehearsal
from escalations.studio import publishing, rehearsing
from escalations.studio.showing import show
from escalations.studio.versions import in_words, versions
from escalations.sweep import sweep
from regulations.models import Change, Draft, DraftState
from regulations.studio import drafts
from regulations.studio.texts import TextProblem
from tests.complaints.policies import a_rule, a_text
from tests.conftest import AT, Register, a_person
from users.errors import NotAllowed, Refused
from users.models import Role, User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HALF = a_rule("half", "50 % of the time", severity=1)
LATE = a_rule("late", "2 working days after breach", to="admins", severity=3)


@pytest.fixture
def another_admin(db: None) -> User:
    return a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)


def a_draft(actor: User, *rules: str, reason: str = "Earlier is kinder.") -> Draft:
    draft = publishing.start(actor=actor, at=AT)
    return drafts.save(draft.pk, text=a_text(*rules), reason=reason, enforced=False, actor=actor, at=AT)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_second_person_publishes_and_it_is_on_the_record(an_admin: User, another_admin: User) -> None:
    draft = a_draft(an_admin, HALF)
    with pytest.raises(Refused, match="a second person must publish"):
        publishing.publish(draft.pk, actor=an_admin, at=AT)

    made = publishing.publish(draft.pk, actor=another_admin, at=AT)

    assert (made.version, made.published_by, current.policy().version) == (2, another_admin, 2)
    assert [one.number for one in versions()] == [2, 1]
    last = Change.objects.filter(kind="policy").first()
    assert last is not None
    assert (last.act, last.actor, last.before, last.after) == ("published", another_admin, TEXT, draft.text)


def test_a_version_never_changes(an_admin: User, another_admin: User) -> None:
    made = publishing.publish(a_draft(an_admin, HALF).pk, actor=another_admin, at=AT)

    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        PolicyVersion.objects.filter(pk=made.pk).update(text="")


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        (TEXT, "No change.", "says what is published already"),
        (a_text(HALF), "", "has no reason"),
        (a_text(HALF).replace("50 %", "500 %"), "Typo.", "A share of the time lies between"),
    ],
)
def test_a_draft_that_is_not_ready_is_not_published(
    an_admin: User, another_admin: User, text: str, reason: str, words: str
) -> None:
    draft = publishing.start(actor=an_admin, at=AT)
    drafts.save(draft.pk, text=text, reason=reason, enforced=False, actor=an_admin, at=AT)

    with pytest.raises(Refused, match=words):
        publishing.publish(draft.pk, actor=another_admin, at=AT)


def test_two_do_not_write_at_once(an_admin: User, another_admin: User) -> None:
    a_draft(an_admin, HALF)

    with pytest.raises(Refused, match="already changing escalation"):
        publishing.start(actor=another_admin, at=AT)


def test_only_admins_write(a_lead: User) -> None:
    with pytest.raises(NotAllowed):
        publishing.start(actor=a_lead, at=AT)


def test_rolling_back_is_a_new_version_with_the_old_words(an_admin: User, another_admin: User) -> None:
    publishing.publish(a_draft(an_admin, HALF).pk, actor=another_admin, at=AT)

    back = publishing.start(back_to=1, actor=an_admin, at=AT)
    made = publishing.publish(back.pk, actor=another_admin, at=AT)

    assert (made.version, made.text, made.reason) == (3, TEXT, "Back to version 1.")


def test_a_policy_of_another_house_can_be_brought_and_taken_along(an_admin: User) -> None:
    client = signed_in(an_admin)
    taken = client.get("/studio/policy/escalation.toml").content.decode()

    answer = client.post("/studio/policy/bring", {"file": SimpleUploadedFile("policy.toml", a_text(HALF).encode())})

    assert taken == TEXT
    assert answer["Location"] == f"/studio/policy/drafts/{Draft.objects.get().pk}"
    assert Draft.objects.get().text == a_text(HALF)


def test_a_file_that_is_no_policy_is_not_taken(an_admin: User) -> None:
    with pytest.raises(TextProblem):
        publishing.start_from("title = 3", actor=an_admin, at=AT)

    answer = signed_in(an_admin).post("/studio/policy/bring", {"file": SimpleUploadedFile("p.toml", b"title = 3")})

    assert answer.status_code == 400
    assert "title must be words" in answer.content.decode()
    assert not Draft.objects.exists()


def test_a_rehearsal_says_what_will_really_be_raised(
    a_registered: Register, an_admin: User, another_admin: User
) -> None:
    for number in range(3):
        a_registered(at=AT + number * DAY)
    now = AT + 4 * DAY
    draft = a_draft(an_admin, HALF, LATE)
    rehearsal = rehearsing.ask(draft.pk, actor=an_admin, at=now)
    rehearsing.rehearse(lambda: now)
    rehearsal.refresh_from_db()
    publishing.publish(draft.pk, actor=another_admin, at=now)
    obey(now)
    seen = set(Escalation.objects.values_list("pk", flat=True))

    sweep_through(now + rehearsing.AHEAD)

    raised = Escalation.objects.exclude(pk__in=seen).filter(occurred_at__gt=now)
    titles = {rule.id: rule.title for rule in current.policy().rules}
    assert rehearsal.result["after"]["rules"] == Counter(titles[one.threshold] for one in raised)
    to = Counter(one.assigned_to.name if one.assigned_to else "Every admin" for one in raised)
    assert rehearsal.result["after"]["people"] == to
    assert rehearsal.result["before"]["total"] < rehearsal.result["after"]["total"]
    assert {one.policy for one in raised} == {2}


def sweep_through(until: datetime) -> None:
    """Sweep at every moment that any complaint asks for, as a worker would."""
    waiting = Complaint.objects.filter(next_check_at__lte=until).order_by("next_check_at")
    while first := waiting.values_list("next_check_at", flat=True).first():
        sweep(first)


def test_a_rehearsal_of_the_same_words_changes_nothing(a_registered: Register, an_admin: User) -> None:
    a_registered()
    draft = publishing.start(actor=an_admin, at=AT)
    rehearsing.ask(draft.pk, actor=an_admin, at=AT)
    rehearsing.rehearse(lambda: AT)

    shown = show(PolicyRehearsal.objects.get())

    assert shown is not None
    assert shown.sentence.startswith("Raises the same ")
    assert shown.samples == []


def test_a_rehearsal_goes_on_where_another_worker_left_it(
    a_registered: Register, an_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        a_registered()
    monkeypatch.setattr(rehearsing, "BATCH", 2)
    rehearsing.ask(a_draft(an_admin, HALF).pk, actor=an_admin, at=AT)

    assert rehearsing.rehearse(lambda: AT, seconds=0.0) == 0
    rehearsing.rehearse(lambda: AT)

    found = PolicyRehearsal.objects.get()
    assert (found.seen, found.total, found.percent, found.result["changed"]) == (3, 3, 100, 3)


def test_asking_twice_for_the_same_words_is_one_rehearsal(an_admin: User) -> None:
    draft = a_draft(an_admin, HALF)

    first, second = (rehearsing.ask(draft.pk, actor=an_admin, at=AT) for _ in range(2))
    drafts.save(draft.pk, text=a_text(LATE), reason="Other.", enforced=False, actor=an_admin, at=AT)
    third = rehearsing.ask(draft.pk, actor=an_admin, at=AT)

    assert first == second
    assert third.text == a_text(LATE)
    assert PolicyRehearsal.objects.count() == 1


def test_the_pages_say_it_in_plain_words(an_admin: User, another_admin: User) -> None:
    client = signed_in(an_admin)
    assert "Escalation policy" in page(client, "/studio/")
    assert (
        "At risk: 75 % of the time, at most 24 hours before the end; severity 1; to the lead; the owner told"
        in page(client, "/studio/policy/escalation")
    )
    draft = a_draft(an_admin, HALF)

    shown = page(client, f"/studio/drafts/{draft.pk}")

    assert "half: 50 % of the time; severity 1; to the lead" in shown.replace("<ins>", "").replace("</ins>", "")
    assert "You wrote this draft, so a second person must publish it." in shown
    assert "Publishing makes it version 2" in page(signed_in(another_admin), f"/studio/policy/drafts/{draft.pk}")


def test_typing_is_checked_at_its_line_and_keeps_nothing(an_admin: User) -> None:
    draft = a_draft(an_admin, HALF)
    words = draft.text.replace("severity = 3", "severity = 9")

    shown = signed_in(an_admin).post(f"/studio/policy/drafts/{draft.pk}/check", {"text": words}).content.decode()

    line = words.splitlines().index("severity = 9") + 1
    assert f"Line {line}" in shown
    assert "severity must be a number from 1 to 3." in shown
    draft.refresh_from_db()
    assert "severity = 9" not in draft.text


def test_what_somebody_typed_over_another_draft_stays_on_the_page(an_admin: User) -> None:
    draft = a_draft(an_admin, HALF)

    answer = signed_in(an_admin).post(
        f"/studio/policy/drafts/{draft.pk}",
        {"text": "mine", "reason": "mine", "changed_at": (draft.changed_at - DAY).isoformat()},
    )

    assert answer.status_code == 409
    assert ">mine</textarea>" in answer.content.decode()


def test_publishing_and_discarding_go_through_the_pages(an_admin: User, another_admin: User) -> None:
    draft = a_draft(an_admin, HALF)
    second = signed_in(another_admin)

    second.post(f"/studio/policy/drafts/{draft.pk}/publish")

    assert current.policy().version == 2
    shown = page(second, "/studio/policy/escalation")
    assert "Roll back to version 1" in shown
    second.post("/studio/policy/start", {"back_to": "1"})
    back = Draft.objects.get(state=DraftState.OPEN)
    second.post(f"/studio/drafts/{back.pk}/discard")
    assert not Draft.objects.filter(state=DraftState.OPEN).exists()
    assert page(second, "/studio/policy/escalation.toml?version=1") == TEXT
    page(second, "/studio/policy/escalation.toml?version=9", status=404)


def test_a_draft_of_the_policy_is_no_rule_to_publish(an_admin: User, another_admin: User) -> None:
    draft = a_draft(an_admin, HALF)

    answer = signed_in(another_admin).post(f"/studio/drafts/{draft.pk}/publish")

    assert answer.status_code == 409
    assert current.policy().version == 1


def test_words_that_cannot_be_read_have_no_sentences() -> None:
    assert in_words("title = 3") == []
    assert (
        "No mail between 20:00 and 07:00."
        in in_words(TEXT.replace("highest = 4", 'highest = 4\nquiet_hours = { from = "20:00", to = "07:00" }'))[0]
    )
