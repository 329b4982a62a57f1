"""The queue as a page."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import timedelta

import pytest
from django.test import Client

from complaints.models import Complaint
from complaints.services import case
from complaints.services.intake import NewComplainant
from tests.conftest import AT, Register
from users.models import Team, User

pytestmark = pytest.mark.django_db
# Session, person with their unread notices, rows with their clocks, counts and filter choices: all there is.
STATEMENTS = 4
QUEUE = "/complaints/"


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


def test_it_costs_the_same_at_one_row_and_at_five_hundred(
    client: Client, a_registered: Register, a_specialist: User, django_assert_num_queries: Callable
) -> None:
    client.force_login(a_specialist)
    a_registered()
    with django_assert_num_queries(STATEMENTS):
        client.get(QUEUE)
    for _ in range(49):
        a_registered()
    rows = list(Complaint.objects.all())
    for number in range(450):
        row = copy(rows[number % len(rows)])
        row.pk, row.reference = None, f"C-25-{number:06d}"
        rows.append(row)
    Complaint.objects.bulk_create(rows[50:])

    with django_assert_num_queries(STATEMENTS):
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


def test_a_complaint_is_shown_at_a_glance_with_the_customers_last_words(
    client: Client, an_investigated: Register, a_specialist: User, django_assert_num_queries: Callable
) -> None:
    complaint = an_investigated(narrative="Where is my money?")
    client.force_login(a_specialist)
    address = f"/complaints/{complaint.reference}/glance?view=all"

    # Session, person, complaint, clocks.
    with django_assert_num_queries(4):
        page = client.get(address).content.decode()
    assert "<bdi>Ana Brennan</bdi> wrote" in page and "Where is my money?" in page
    assert "Final response: end of Mon 22 Jun 2026 (London)." in page
    assert f'href="/complaints/{complaint.reference}/?view=all"' in page

    for number in (1, 2):
        at = AT + timedelta(hours=number)
        case.ask_customer(complaint.pk, question="Which account?", actor=a_specialist, at=at)
        case.customer_replied(complaint.pk, text=f"Number {number}.", actor=a_specialist, at=at)
    page = client.get(address).content.decode()
    assert "<bdi>Ana Brennan</bdi> replied" in page and "Number 2." in page and "Where is my money?" not in page


def test_what_one_may_not_see_has_no_glance(client: Client, a_registered: Register, a_specialist: User) -> None:
    london = Team.objects.create(name="Cards London", centre="London")
    reference = a_registered(owner=None).reference
    Complaint.objects.update(team=london)
    client.force_login(a_specialist)

    assert client.get(f"/complaints/{reference}/glance").status_code == 404
    assert client.get(QUEUE, {"open": reference}).status_code == 404


def test_the_address_holds_open_what_stands_beside_the_list(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    shut, opened = client.get(QUEUE).content.decode(), client.get(QUEUE, {"open": complaint.reference}).content.decode()

    assert "nobody told me why" in opened and "nobody told me why" not in shut
    assert 'aria-label="At a glance" hidden' in shut and 'aria-label="At a glance" hidden' not in opened
    assert client.get(QUEUE, {"open": "'; --"}).status_code == 200


def test_a_list_nothing_changed_in_is_not_sent_again(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)
    part = {"hx-request": "true"}
    mark = client.get(QUEUE, headers=part)["ETag"]

    assert client.get(QUEUE, headers={**part, "if-none-match": mark}).status_code == 304
    assert client.get(QUEUE, headers={**part, "if-none-match": f"W/{mark}"}).status_code == 304

    case.note(complaint.pk, text="Called.", actor=a_specialist, at=AT)
    again = client.get(QUEUE, headers={**part, "if-none-match": mark})
    assert (again.status_code, again["ETag"] == mark) == (200, False)
    assert "<html" not in again.content.decode() and complaint.subject in again.content.decode()


def test_an_order_is_chosen_and_kept_in_the_links(client: Client, a_registered: Register, a_specialist: User) -> None:
    for amount in (5, None, 70):
        a_registered(subject=f"Worth {amount}", amount=amount)
    client.force_login(a_specialist)

    page = client.get(QUEUE, {"sort": "stake"})

    assert [row.subject for row in page.context["page"].rows] == ["Worth 70", "Worth 5", "Worth None"]
    assert "view=all&amp;sort=stake" in page.content.decode()
    assert "queue__group" not in page.content.decode()


def test_a_page_is_small_on_the_wire(client: Client, a_registered: Register, a_specialist: User) -> None:
    for number in range(50):
        a_registered(subject=f"Payout number {number} held for nine days", narrative="Where is it? " * 200)
    client.force_login(a_specialist)

    page = client.get(QUEUE, headers={"accept-encoding": "gzip"})

    assert page["Content-Encoding"] == "gzip"
    # Style sheets and scripts are 20 kB compressed; the whole cold visit has 100 kB.
    assert len(page.content) < 20_000


def test_a_view_says_how_many_came_since_it_was_last_opened(
    client: Client, a_registered: Register, a_specialist: User, django_assert_num_queries: Callable
) -> None:
    a_registered()
    client.force_login(a_specialist)
    for view in ("mine", "all"):
        assert "new since you last opened it" not in client.get(QUEUE, {"view": view}).content.decode()
    for _ in range(2):
        a_registered()

    with django_assert_num_queries(STATEMENTS):
        page = client.get(QUEUE, {"view": "all"}).content.decode()
    assert page.count("+2") == page.count("new since you last opened it</span>") == 1

    # The part an open page asks for again opens nothing.
    a_registered()
    for _ in range(2):
        part = client.get(QUEUE, {"view": "all"}, headers={"hx-request": "true"}).content.decode()
        assert "+1" in part and "+3" in part
    client.get(QUEUE, {"view": "mine"})
    assert "+1" in client.get(QUEUE, {"view": "team"}).content.decode()


@pytest.mark.parametrize("kept", ["", "all", "all--1", "all-x.mine-9", "secret-4", "all-" + "9" * 40, "'; --"])
def test_what_nobody_could_have_seen_is_left_out(
    client: Client, a_registered: Register, a_specialist: User, kept: str
) -> None:
    a_registered()
    client.force_login(a_specialist)
    client.cookies["seen"] = kept

    assert client.get(QUEUE).status_code == 200


def test_without_signing_in_there_is_no_queue(client: Client) -> None:
    assert client.get(QUEUE).status_code == 302
