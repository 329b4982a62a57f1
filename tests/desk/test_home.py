"""The home of each role: every figure opens the list it counts, in few statements."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Clock, Draft
from complaints.services import case, review
from correspondence.models import OutboundMail
from escalations.desk import handing, home
from escalations.desk.models import TeamDesk
from escalations.models import SetAside
from escalations.studio.publishing import start as draft_of_policy
from escalations.sweep import sweep
from regulations.models import CalendarVersion
from regulations.studio import drafts
from tests.conftest import AT, Register, a_person
from tests.escalations.builders import complaints_with_a_clock
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db


def figures(page: str) -> dict[str, tuple[int, str]]:
    """Return the figures of a home by their label: the number, and where it leads."""
    found = re.findall(
        r'<a href="([^"]+)"><span class="figure__number num">(\d+)</span> <span class="figure__label">([^<]+)', page
    )
    return {label: (int(number), address.replace("&amp;", "&")) for address, number, label in found}


def test_a_specialists_figures_open_the_lists_they_count(
    client: Client, an_investigated: Register, a_specialist: User, a_team: Team
) -> None:
    now = timezone.now()
    complaints_with_a_clock([now - timedelta(hours=3)] * 2, owner=a_specialist, team=a_team)
    complaint = an_investigated()
    case.customer_replied(complaint.pk, text="Any news?", actor=a_specialist, at=AT)
    Draft.objects.create(complaint=complaint, user=a_specialist, purpose="note", text="Half a thought", saved_at=now)
    client.force_login(a_specialist)

    found = figures(client.get("/home/").content.decode())

    overdue, address = found["overdue"]
    assert client.get(address).content.decode().count('id="row-C-') == overdue >= 2
    assert found["replies nobody answered"][0] == found["drafts unfinished"][0] == 1
    assert complaint.reference[5:] in client.get(found["replies nobody answered"][1]).content.decode()
    assert "Half a thought" in client.get(found["drafts unfinished"][1]).content.decode()


def test_a_reply_is_answered_once_somebody_does_something(an_investigated: Register, a_specialist: User) -> None:
    complaint = an_investigated()
    case.customer_replied(complaint.pk, text="Any news?", actor=a_specialist, at=AT)
    assert home.replied(a_specialist).count() == 1

    case.note(complaint.pk, text="Rang her.", actor=a_specialist, at=AT)

    assert home.replied(a_specialist).count() == 0


def test_a_lead_sees_what_is_missed_and_what_was_handed_to_the_team(
    client: Client, a_registered: Register, a_lead: User, a_specialist: User, a_team: Team
) -> None:
    night = timezone.now() - timedelta(hours=1)
    complaints_with_a_clock([night], owner=a_specialist, team=a_team)
    sweep(night)
    sydney = Team.objects.create(name="Payments Sydney", centre="Sydney")
    handing.offer(a_registered().pk, to_team=sydney, note="Your day.", actor=a_specialist, at=AT)
    client.force_login(a_lead)

    found = figures(client.get("/home/").content.decode())

    assert found["missed"] == (1, "/escalations/?reason=missed")
    assert found["handed to my team"][0] == 0
    assert Clock.objects.exists()


@pytest.mark.parametrize(("who", "most"), [("a_specialist", 5), ("a_lead", 8), ("an_admin", 8), ("an_auditor", 5)])
def test_a_home_costs_few_statements(
    who: str, most: int, request: pytest.FixtureRequest, django_assert_num_queries: Any
) -> None:
    user: User = request.getfixturevalue(who)
    user = User.objects.select_related("team").get(pk=user.pk)

    with django_assert_num_queries(most):
        home.home(user, now=AT)


@pytest.mark.parametrize("who", ["a_specialist", "a_lead", "an_admin", "an_auditor"])
def test_every_figure_leads_to_a_page_its_reader_may_open(
    who: str, request: pytest.FixtureRequest, client: Client
) -> None:
    client.force_login(request.getfixturevalue(who))

    found = figures(client.get("/home/").content.decode())

    assert len(found) >= 5
    assert {address: client.get(address).status_code for _, address in found.values()} == {
        address: 200 for _, address in found.values()
    }


def rows_of(client: Client, address: str) -> int:
    """Count the rows of the list a figure opens."""
    page = client.get(address).content.decode().split("<aside")[0]
    return len(re.findall(r'<li class="row|id="row-C-|id="escalation-', page))


def test_every_figure_of_an_admin_opens_exactly_what_it_counts(
    client: Client, an_admin: User, a_registered: Register, a_respondent: object
) -> None:
    other = a_person("ben@x.example", "Ben", Role.ADMIN, None)
    drafts.start("rule", "uk-disp-payments", actor=other, at=AT)
    drafts.start("calendar", "GB-ENG", actor=an_admin, at=AT)
    draft_of_policy(actor=other, at=AT)
    CalendarVersion.objects.create(
        key="XX", version=1, weekend=["sat", "sun"], closed={}, known_until=timezone.now().date(), published_at=AT
    )
    for number in range(3):
        OutboundMail.objects.create(
            message_id=f"gone-{number}@x", to="x@x.example", subject=f"Gone {number}", body="", state="failed",
            next_attempt_at=AT, created_at=AT,
        )  # fmt: skip
    SetAside.objects.create(complaint=a_registered(), since=AT, tried_at=AT, error="Broken.")
    client.force_login(an_admin)

    found = figures(client.get("/home/").content.decode())

    assert [count for count, _ in found.values()] == [2, 1, 1, 3, 1]
    assert {label: rows_of(client, address) for label, (_, address) in found.items()} == {
        label: count for label, (count, _) in found.items()
    }


def test_a_lead_finds_whom_they_must_approve_and_who_has_too_much(
    client: Client, a_decided: Register, a_lead: User, a_specialist: User, a_team: Team
) -> None:
    now = timezone.now()
    review.send_for_review(a_decided().pk, actor=a_specialist, at=AT)
    review.send_for_review(a_decided().pk, actor=a_lead, at=AT)
    TeamDesk.objects.create(team=a_team, a_day=1)
    complaints_with_a_clock([now + timedelta(days=8)] * 2, owner=a_specialist, team=a_team)
    complaints_with_a_clock([now + timedelta(days=8)] * 2, owner=None, team=a_team)
    client.force_login(a_lead)

    found = figures(client.get("/home/").content.decode())

    for label in ("waiting for my approval", "people with too much on a day"):
        count, address = found[label]
        assert rows_of(client, address) == count >= 1, label
    assert found["waiting for my approval"][0] == 1


def test_an_auditor_counts_what_they_may_read(client: Client, an_auditor: User, an_admin: User) -> None:
    draft = drafts.start("rule", "uk-disp-payments", actor=an_admin, at=timezone.now())
    drafts.discard(draft.pk, actor=an_admin, at=timezone.now())
    OutboundMail.objects.create(
        message_id="gone@x", to="secret@x.example", subject="Gone", body="", state="failed", next_attempt_at=AT,
        created_at=AT, last_error="secret@x.example unknown",
    )  # fmt: skip
    client.force_login(an_auditor)

    found = figures(client.get("/home/").content.decode())

    for label in ("changes of law in 30 days", "mails given up"):
        count, address = found[label]
        assert rows_of(client, address) == count >= 1, label
    assert "secret@" not in client.get(found["mails given up"][1]).content.decode()


@pytest.mark.parametrize("what", ["drafts", "nothing", ""])
def test_a_list_of_another_role_is_not_there(client: Client, a_lead: User, what: str) -> None:
    client.force_login(a_lead)

    assert client.get("/home/behind", {"what": what}).status_code == 404


def test_the_home_is_the_first_page_after_signing_in(client: Client, a_specialist: User) -> None:
    answer = client.post("/accounts/sign-in", {"username": a_specialist.email, "password": "a-long-test-password"})

    assert answer["Location"] == "/home/"
