"""What people set up at their desk, and one act on several complaints."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from complaints.errors import NotAllowed
from complaints.models import Complaint, SavedView, State
from complaints.services import case, desk
from tests.conftest import AT, Register
from users.models import Team, User

pytestmark = pytest.mark.django_db
BULK = "/complaints/bulk"
QUEUE, ARRIVALS = "/complaints/", "/complaints/views/arrivals"


def pick(*complaints: Complaint) -> list[str]:
    return [f"{one.reference}@{Complaint.objects.get(pk=one.pk).version}" for one in complaints]


def test_several_complaints_are_given_to_somebody(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    one, two = a_registered(), a_registered()
    client.force_login(a_lead)

    page = client.post(BULK, {"pick": pick(one, two), "act": "assign", "owner": a_lead.pk})

    assert "2 done" in page.content.decode()
    assert set(Complaint.objects.values_list("owner", flat=True)) == {a_lead.pk}


def test_what_cannot_be_done_to_one_is_said_and_keeps_no_other_from_it(
    client: Client, a_registered: Register, an_investigated: Register, a_specialist: User
) -> None:
    fresh, acknowledged = a_registered(), an_investigated()
    client.force_login(a_specialist)

    page = client.post(BULK, {"pick": pick(fresh, acknowledged), "act": "step", "step": "acknowledge"})

    text = page.content.decode()
    assert "1 done, 1 not done" in text
    assert text.index(acknowledged.reference) < text.index(fresh.reference)
    fresh.refresh_from_db()
    assert fresh.acknowledged_at is not None


@pytest.mark.parametrize("picked", ["C\x00@1", "C-26-000001@" + "9" * 5000, "@1", "C-26-000001", "\x00"])
def test_what_nobody_could_have_picked_is_left_out(client: Client, a_specialist: User, picked: str) -> None:
    client.force_login(a_specialist)

    answer = client.post(BULK, {"pick": [picked], "act": "step", "step": "acknowledge"})

    assert answer.status_code in {200, 302}


def test_a_complaint_changed_meanwhile_is_left_alone(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()
    seen = pick(complaint)
    case.note(complaint.pk, text="Mine.", actor=a_specialist, at=AT)
    client.force_login(a_specialist)

    page = client.post(BULK, {"pick": seen, "act": "step", "step": "acknowledge"})

    assert "Somebody changed this complaint" in page.content.decode()
    assert Complaint.objects.get(pk=complaint.pk).acknowledged_at is None


def test_another_teams_complaint_does_not_exist_here_either(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered(owner=None)
    Complaint.objects.update(team=Team.objects.create(name="Cards London", centre="London"))
    client.force_login(a_specialist)

    page = client.post(BULK, {"pick": pick(complaint), "act": "step", "step": "close"})

    assert "This complaint does not exist." in page.content.decode()
    assert Complaint.objects.get(pk=complaint.pk).state == State.RECEIVED


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Choose a person"),
        ({"owner": "x"}, "Choose a person"),
        ({"act": "step", "step": "delete", "pick": "C-26-000001@1"}, "Choose a step"),
        ({"act": "step", "step": "close"}, "Choose at least one"),
        ({"act": "step", "step": "close", "pick": [f"C-{n}@1" for n in range(101)]}, "at most 100"),
    ],
)
def test_nothing_or_too_much_is_answered_in_words(
    client: Client, a_specialist: User, given: dict[str, object], said: str
) -> None:
    client.force_login(a_specialist)

    page = client.post(BULK, given, follow=True)

    assert said in page.content.decode()


def test_a_view_is_saved_shared_and_removed(client: Client, a_specialist: User, a_lead: User) -> None:
    client.force_login(a_specialist)
    client.post("/complaints/views", {"view": "mine", "q": "payout", "name": " Held  payouts ", "shared": "team"})
    kept = SavedView.objects.get()
    assert (kept.name, kept.query, kept.team) == ("Held payouts", "view=mine&q=payout", a_specialist.team)

    client.force_login(a_lead)
    assert "Held payouts" in client.get("/complaints/").content.decode()
    client.post("/complaints/views", {"drop": kept.pk})
    assert SavedView.objects.exists()

    client.force_login(a_specialist)
    client.post("/complaints/views", {"drop": kept.pk})
    assert not SavedView.objects.exists()


def test_a_view_of_ones_own_is_nobody_elses(client: Client, a_specialist: User, a_lead: User) -> None:
    desk.save_view("Only mine", query="view=mine", actor=a_specialist)
    client.force_login(a_lead)

    assert "Only mine" not in client.get("/complaints/").content.decode()


def test_a_view_without_a_name_is_not_saved(client: Client, a_specialist: User) -> None:
    client.force_login(a_specialist)

    page = client.post("/complaints/views", {"view": "mine", "name": "  "}, follow=True)

    assert "Give the view a name first." in page.content.decode()


def test_the_density_is_remembered_and_leads_nowhere_else(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    a_registered()
    client.force_login(a_specialist)

    answer = client.post("/complaints/density", {"density": "roomy", "next": "https://evil.example/"})

    assert answer.headers["Location"] == "/complaints/"
    assert 'data-density="roomy"' in client.get("/complaints/").content.decode()
    client.post("/complaints/density", {"density": '"><script>'})
    assert 'data-density="roomy"' in client.get("/complaints/").content.decode()


def test_a_saved_view_says_how_many_came_since_it_was_last_opened(
    client: Client, a_registered: Register, a_specialist: User, django_assert_num_queries: Callable
) -> None:
    for name, query in (("Held", "view=all&q=payout"), ("Mine", "view=mine&state=received"), ("Never", "view=team")):
        desk.save_view(name, query=query, actor=a_specialist)
    pks = {view.name: view.pk for view in SavedView.objects.all()}
    client.force_login(a_specialist)
    a_registered()
    for query in ("q=payout&view=all", "view=mine&state=received"):
        client.get(f"{QUEUE}?{query}")
    a_registered()
    a_registered(subject="Card swallowed", narrative="By a machine.")

    # Session, person, views, and all counts in one.
    with django_assert_num_queries(4):
        part = client.get(ARRIVALS)

    assert dict(part.context["arrivals"]) == {pks["Held"]: 1, pks["Mine"]: 2}
    assert client.get(ARRIVALS, headers={"if-none-match": part["ETag"]}).status_code == 304
    client.get(f"{QUEUE}?view=mine&state=received")
    assert dict(client.get(ARRIVALS).context["arrivals"]) == {pks["Held"]: 1}


def test_many_views_are_still_two_questions(
    client: Client, a_registered: Register, a_specialist: User, django_assert_num_queries: Callable
) -> None:
    for number in range(20):
        desk.save_view(f"View {number}", query=f"view=all&tag=t{number}", actor=a_specialist)
        client.force_login(a_specialist)
    a_registered()
    client.cookies["seen"] = ".".join(f"s{view.pk}-1" for view in SavedView.objects.all())

    with django_assert_num_queries(4):
        assert client.get(ARRIVALS).status_code == 200


def test_a_view_for_everybody_is_a_leads_to_share(
    client: Client, a_specialist: User, a_lead: User, an_auditor: User
) -> None:
    with pytest.raises(NotAllowed):
        desk.save_view("All of us", query="view=all", sharing=desk.ALL, actor=a_specialist)
    desk.save_view("All of us", query="view=unassigned", sharing=desk.ALL, actor=a_lead)

    client.force_login(an_auditor)
    assert "All of us</span>" in client.get(QUEUE).content.decode()
    client.force_login(a_specialist)
    page = client.post("/complaints/views", {"view": "mine", "name": "Ours", "shared": "all"})
    assert page.status_code == 403
