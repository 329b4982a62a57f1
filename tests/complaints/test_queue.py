"""The queue: who sees what, in which order, and page by page without losing or repeating a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from complaints import queues
from complaints.models import Category, Channel, Complainant, Complaint, Respondent
from complaints.queues import Cursor, Filters
from complaints.services.words import keep_words
from users.models import Team, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ARow = Callable[..., Complaint]


@pytest.fixture
def a_row(a_respondent: Respondent, a_category: Category) -> ARow:
    """A bare row of the queue; what the law says of it is given."""

    def build(due: datetime | None = None, **given: object) -> Complaint:
        number = Complaint.objects.count() + 1
        name = str(given.pop("customer", "Ana Brennan"))
        row = Complaint.objects.create(
            **{
                "reference": f"C-26-{number:06d}", "subject": "Payout held", "channel": Channel.EMAIL,
                "respondent": a_respondent, "complainant": Complainant.objects.create(name=name),
                "category": a_category, "received_at": NOW, "registered_at": NOW, "state_since": NOW,
                "last_event_at": NOW, "next_due_at": due, **given,
            }
        )  # fmt: skip
        keep_words([row.pk])
        return row

    return build


def everything(user: User, *, size: int) -> list[str]:
    """Walk to the end of the list, page by page."""
    seen: list[str] = []
    cursor: Cursor | None = None
    while True:
        page = queues.page(queues.ranges(user, Filters()), cursor, size=size)
        seen += [row.reference for row in page.rows]
        if not page.after:
            return seen
        cursor = Cursor.of({"after": page.after})


def test_the_soonest_legal_limit_comes_first_and_none_last(a_row: ARow, an_admin: User) -> None:
    a_row(None)
    a_row(NOW + DAY)
    a_row(NOW - DAY)

    page = queues.page(queues.ranges(an_admin, Filters()), None)

    assert [row.reference for row in page.rows] == ["C-26-000003", "C-26-000002", "C-26-000001"]
    assert (page.before, page.after) == ("", "")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_paging_loses_and_repeats_nothing(a_row: ARow, an_admin: User, size: int) -> None:
    dues = [NOW, NOW, NOW, NOW + HOUR, None, NOW + DAY, None, NOW - DAY, NOW, None]
    rows = [a_row(due) for due in dues]
    never = datetime.max.replace(tzinfo=UTC)
    wanted = [row.reference for row in sorted(rows, key=lambda row: (row.next_due_at or never, row.pk))]

    assert everything(an_admin, size=size) == wanted


@pytest.mark.parametrize("size", [1, 3, 4])
def test_the_way_back_shows_the_same_pages(a_row: ARow, an_admin: User, size: int) -> None:
    for due in [NOW, NOW, None, NOW + DAY, None, NOW - DAY, NOW, None, NOW + HOUR]:
        a_row(due)
    found = queues.ranges(an_admin, Filters())
    forth = [queues.page(found, None, size=size)]
    while forth[-1].after:
        forth.append(queues.page(found, Cursor.of({"after": forth[-1].after}), size=size))

    back = [forth[-1]]
    while back[-1].before:
        back.append(queues.page(found, Cursor.of({"before": back[-1].before}), size=size))

    assert [row.pk for page in reversed(back) for row in page.rows] == [row.pk for page in forth for row in page.rows]


WANTED = {
    "waiting": lambda row: (row.received_at, row.pk),
    "newest": lambda row: (-row.received_at.timestamp(), -row.pk),
    "stake": lambda row: (row.amount is None, -(row.amount or 0), -row.pk),
}


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("sort", WANTED)
def test_every_order_pages_forth_and_back_without_loss(a_row: ARow, an_admin: User, sort: str, size: int) -> None:
    amounts = [Decimal("10.50"), None, Decimal("3"), Decimal("10.50"), None, Decimal("0"), Decimal("99999.99")]
    rows = [a_row(NOW, amount=amount, received_at=NOW - DAY * (place % 3)) for place, amount in enumerate(amounts)]
    found, order = queues.ranges(an_admin, Filters(sort=sort)), queues.ORDERS[sort]
    forth = [queues.page(found, None, order=order, size=size)]
    while forth[-1].after:
        cursor = Cursor.of({"after": forth[-1].after}, order)
        forth.append(queues.page(found, cursor, order=order, size=size))

    back = [forth[-1]]
    while back[-1].before:
        cursor = Cursor.of({"before": back[-1].before}, order)
        back.append(queues.page(found, cursor, order=order, size=size))

    wanted = [row.pk for row in sorted(rows, key=WANTED[sort])]
    assert [row.pk for page in forth for row in page.rows] == wanted
    assert [row.pk for page in reversed(back) for row in page.rows] == wanted


@pytest.mark.parametrize("nonsense", ["~4", "NaN~4", "Infinity~4", "1e40~4", "12,5~4", "x~4"])
def test_an_amount_nobody_made_is_the_top_of_the_list(nonsense: str) -> None:
    found = Cursor.of({"after": nonsense}, queues.ORDERS["stake"])

    # Without a value it is a place too: among those that are not about money.
    assert (found == Cursor(None, 4)) if nonsense == "~4" else found is None


def test_a_place_without_a_date_is_none_where_every_row_has_one() -> None:
    assert Cursor.of({"after": "~4"}, queues.ORDERS["waiting"]) is None


@pytest.mark.parametrize("nonsense", ["", "~", "yesterday~4", "2026-11-23T14:10:00~4", "~x", "~" + "9" * 40])
def test_a_place_nobody_made_is_the_top_of_the_list(nonsense: str) -> None:
    assert Cursor.of({"after": nonsense}) is None


def test_what_is_finished_is_not_in_the_queue(a_row: ARow, an_admin: User) -> None:
    a_row(NOW, state="closed")
    a_row(NOW, state="merged")
    left = a_row(NOW, state="responded", responded_at=NOW)

    assert list(queues.queue(an_admin, Filters())) == [left]
    assert queues.queue(an_admin, Filters(state="finished")).count() == 2


def test_everybody_sees_their_own_their_teams_and_the_unrouted(a_row: ARow, a_specialist: User, an_admin: User) -> None:
    london = Team.objects.create(name="Cards London", centre="London")
    mine = a_row(NOW, owner=a_specialist, team=london)
    ours = a_row(NOW, team=a_specialist.team)
    unrouted = a_row(NOW)
    theirs = a_row(NOW, team=london)

    assert set(queues.queue(a_specialist, Filters())) == {mine, ours, unrouted}
    assert theirs in queues.queue(an_admin, Filters())


def test_the_views_part_the_queue(a_row: ARow, a_specialist: User) -> None:
    mine = a_row(NOW, owner=a_specialist, team=a_specialist.team)
    ours = a_row(NOW, team=a_specialist.team)
    unrouted = a_row(NOW)

    def seen(view: str) -> set[Complaint]:
        return set(queues.queue(a_specialist, Filters(view=view)))

    assert seen("mine") == {mine}
    assert seen("team") == {mine, ours}
    assert seen("unassigned") == {ours, unrouted}
    assert seen("all") == {mine, ours, unrouted}


@pytest.mark.parametrize("words", ["000001", "duplicate", "BRENNAN", "  direct   debit "])
def test_words_are_found_in_reference_subject_and_customer(a_row: ARow, an_admin: User, words: str) -> None:
    wanted = a_row(NOW, subject="Direct debit, duplicate", customer="Aoife Brennan")
    a_row(NOW, customer="Oliver Nash")

    assert list(queues.queue(an_admin, Filters.of({"q": words}))) == [wanted]


def test_a_filter_nobody_could_have_chosen_is_left_out() -> None:
    asked = {"view": "secret", "state": "gone", "owner": "1 or 1=1", "q": "a\x00  b"}

    assert Filters.of(asked) == Filters(text="a b")


def test_an_address_says_the_filters_and_drops_one_at_a_time() -> None:
    filters = Filters(view="mine", state="triaged", text="a b")

    assert filters.query() == "view=mine&state=triaged&q=a+b"
    assert filters.without("text") == "view=mine&state=triaged"


def test_a_day_ends_where_the_reader_is() -> None:
    headings = queues.days(NOW, "Europe/Dublin")

    def under(moment: datetime | None) -> str:
        return queues.day_of(moment, headings).title

    assert under(NOW) == "Overdue"
    assert under(NOW + timedelta(seconds=1)) == "Today, Monday 23 November"
    assert under(datetime(2026, 11, 24, tzinfo=UTC)) == "Today, Monday 23 November"
    assert under(datetime(2026, 11, 24, 0, 1, tzinfo=UTC)) == "Tomorrow, Tuesday 24 November"
    assert under(datetime(2026, 11, 30, tzinfo=UTC)) == "Sunday 29 November"
    assert under(datetime(2026, 11, 30, 0, 1, tzinfo=UTC)) == "Later"
    assert under(None) == "No legal limit runs"
    assert queues.days(NOW, "Australia/Sydney")[1].title == "Today, Tuesday 24 November"


def test_views_and_headings_are_counted_in_one_statement(
    a_row: ARow, an_admin: User, django_assert_num_queries: Callable
) -> None:
    for due in [NOW - DAY, NOW + HOUR, NOW + DAY, NOW + 30 * DAY, None]:
        a_row(due)
    found = queues.ranges(an_admin, Filters())

    with django_assert_num_queries(1):
        counts = queues.overview(
            an_admin, {day.key: [queues.within(one, day) for one in found] for day in queues.days(NOW, "UTC")}
        ).counts

    assert (counts["all"], counts["unassigned"], counts["mine"], counts["team"]) == (5, 5, 0, 0)
    assert [counts[key] for key in ("overdue", "day0", "day1", "day2", "later", "none")] == [1, 1, 1, 0, 1, 1]


def test_a_count_stops_at_the_cap(a_row: ARow, an_admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.queues.counting.CAP", 3)
    for _ in range(5):
        a_row(NOW)

    assert queues.overview(an_admin, {}).counts["all"] == 3


def test_the_filter_form_offers_entities_and_who_handles_complaints(
    a_respondent: Respondent, a_specialist: User, a_lead: User, an_admin: User
) -> None:
    overview = queues.overview(an_admin, {})

    assert overview.respondents == {"uk": a_respondent.name}
    assert overview.owners == {str(person.pk): person.name for person in (a_specialist, a_lead)}


def test_a_page_costs_one_statement_at_one_row_and_at_fifty(
    a_row: ARow, an_admin: User, django_assert_num_queries: Callable
) -> None:
    a_row(NOW)
    with django_assert_num_queries(1):
        queues.page(queues.ranges(an_admin, Filters()), None)
    for place in range(60):
        a_row(NOW + place * HOUR)

    with django_assert_num_queries(1):
        assert len(queues.page(queues.ranges(an_admin, Filters()), None).rows) == 50
