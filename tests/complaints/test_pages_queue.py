"""The queue as a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from complaints.models import Complaint
from complaints.services.intake import NewComplainant
from tests.conftest import Register
from users.models import Team, User

pytestmark = pytest.mark.django_db
# Session, person, counts and filter choices, rows, clocks; then what the shell around every page asks.
STATEMENTS = 5
QUEUE = "/complaints/"
SHELL = 1


@pytest.mark.parametrize("person", ["a_specialist", "a_lead", "an_admin", "an_auditor"])
def test_everybody_has_a_queue(
    client: Client, a_registered: Register, person: str, request: pytest.FixtureRequest
) -> None:
    complaint = a_registered()
    client.force_login(request.getfixturevalue(person))

    page = client.get(QUEUE)

    assert page.status_code == 200
    assert complaint.subject in page.content.decode()
    assert f"/complaints/{complaint.reference}/" in page.content.decode()


def test_it_costs_the_same_at_one_row_and_at_fifty(
    client: Client, a_registered: Register, a_specialist: User, django_assert_num_queries: Callable
) -> None:
    client.force_login(a_specialist)
    a_registered()
    with django_assert_num_queries(STATEMENTS + SHELL):
        client.get(QUEUE)
    for _ in range(50):
        a_registered()

    with django_assert_num_queries(STATEMENTS + SHELL):
        page = client.get(QUEUE)

    assert page.content.decode().count('<div class="row"') == 50
    assert "Later deadlines" in page.content.decode()


def test_the_links_lead_through_all_pages_and_back(client: Client, a_registered: Register, a_specialist: User) -> None:
    for number in range(51):
        a_registered(subject=f"Number {number}.")
    client.force_login(a_specialist)
    first = client.get(QUEUE, {"view": "mine"})

    second = client.get(QUEUE + "?" + first.context["after"])
    back = client.get(QUEUE + "?" + second.context["before"])

    assert [row.subject for row in second.context["page"].rows] == ["Number 50."]
    assert back.context["page"].rows == first.context["page"].rows
    assert "Earlier deadlines" not in back.content.decode()
    assert second.context["filters"].view == "mine"


def test_another_teams_complaint_is_not_in_it(client: Client, a_registered: Register, a_specialist: User) -> None:
    london = Team.objects.create(name="Cards London", centre="London")
    Complaint.objects.filter(pk=a_registered(subject="Not ours", owner=None).pk).update(team=london)
    client.force_login(a_specialist)

    assert "Not ours" not in client.get(QUEUE).content.decode()


def test_a_reference_typed_in_full_opens_its_case(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    answer = client.get(QUEUE, {"q": complaint.reference.lower()})

    assert answer.headers["Location"] == f"/complaints/{complaint.reference}/"


def test_a_filter_can_be_taken_off(client: Client, a_registered: Register, a_specialist: User) -> None:
    a_registered()
    client.force_login(a_specialist)

    page = client.get(QUEUE, {"view": "mine", "q": "payout", "state": "closed"}).content.decode()

    assert 'href="?view=mine&amp;state=closed"' in page
    assert 'href="?view=mine&amp;q=payout"' in page
    assert "No complaint fits these filters." in page


def test_an_empty_queue_says_so(client: Client, a_specialist: User) -> None:
    client.force_login(a_specialist)

    assert "Nothing waits here." in client.get(QUEUE).content.decode()


def test_hostile_words_are_only_words(client: Client, a_registered: Register, a_specialist: User) -> None:
    bad = "<script>alert(1)</script>"
    a_registered(
        subject=bad, narrative=bad, complainant=NewComplainant(name=bad, vulnerable=True, vulnerability='" onload="x')
    )
    client.force_login(a_specialist)

    page = client.get(QUEUE, {"q": "<script>"}).content.decode()

    assert bad not in page
    assert '" onload="x' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_without_signing_in_there_is_no_queue(client: Client) -> None:
    assert client.get(QUEUE).status_code == 302
