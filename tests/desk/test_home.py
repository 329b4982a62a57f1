"""The home of each role: every figure opens the list it counts, in few statements."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Clock, Draft
from complaints.services import case
from escalations.desk import handing, home
from escalations.sweep import sweep
from tests.conftest import AT, Register
from tests.escalations.builders import complaints_with_a_clock
from users.models import Team, User

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


@pytest.mark.parametrize(("who", "most"), [("a_specialist", 4), ("a_lead", 8), ("an_admin", 8), ("an_auditor", 5)])
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


def test_the_home_is_the_first_page_after_signing_in(client: Client, a_specialist: User) -> None:
    answer = client.post("/accounts/sign-in", {"username": a_specialist.email, "password": "a-long-test-password"})

    assert answer["Location"] == "/home/"
