"""What is read range by range is what one plain question gives: the same rows in the same order, none twice."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from complaints import policy, queues
from complaints.models import Category, Channel, Complainant, Complaint, Respondent, State
from complaints.models.complaint import ENDED, OPEN
from complaints.neighbours import place
from complaints.queues import LAW, ORDERS, Cursor, Filters, Page
from complaints.services.words import keep_words
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)
ROWS, SIZE = 90, 4
STATES = ("received", "investigating", "investigating", "closed", "withdrawn")
WHO = ("specialist", "lead", "admin", "auditor", "without_a_team", "gone")
ASKED: list[dict[str, str]] = [
    *({"view": view} for view in queues.VIEWS),
    *({"view": view, "state": "finished"} for view in queues.VIEWS),
    {"state": "investigating"},
    {"state": "withdrawn", "view": "team"},
    {"respondent": "uk"},
    {"respondent": "other", "view": "unassigned"},
    {"owner": "me"},
    {"owner": "me", "view": "unassigned"},
    {"owner": "colleague"},
    {"owner": "colleague", "team": "theirs"},
    {"team": "ours"},
    {"team": "theirs", "view": "mine"},
    {"due": "2026-11-22T00:00+00:00~2026-11-24T00:00+00:00"},
    {"q": "held", "view": "team"},
]


@pytest.fixture
def people(a_specialist: User, a_lead: User, an_admin: User, an_auditor: User) -> dict[str, User]:
    """Somebody of every kind, by what they are."""
    gone = User.objects.create(email="gone@x.example", name="G", role=Role.SPECIALIST, team=a_lead.team)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    return {
        "specialist": a_specialist, "lead": a_lead, "admin": an_admin, "auditor": an_auditor, "gone": gone,
        "without_a_team": User.objects.create(email="w@x.example", name="W", role=Role.SPECIALIST),
    }  # fmt: skip


@pytest.fixture
def a_book(people: dict[str, User], a_team: Team, a_respondent: Respondent, a_category: Category) -> Team:
    """Ninety rows whose owner, team, state, entity, limit and stake fall as dice do, with many of one value."""
    dice = random.Random(20261125)
    theirs = Team.objects.create(name="Theirs", centre="Dublin")
    other = Respondent.objects.create(key="other", name="Other", jurisdiction="IE", zone="Europe/Dublin")
    owners = [None, people["specialist"], people["lead"], people["without_a_team"]]
    customer = Complainant.objects.create(name="Ana Brennan")
    for number in range(ROWS):
        Complaint.objects.create(
            reference=f"C-26-{number:06d}", subject="Payout held", channel=Channel.EMAIL, complainant=customer,
            category=a_category, respondent=dice.choice([a_respondent, other]), state=dice.choice(STATES),
            owner=dice.choice(owners), team=dice.choice([None, a_team, a_team, theirs]),
            received_at=NOW - timedelta(days=dice.randint(0, 9)), registered_at=NOW, state_since=NOW,
            last_event_at=NOW, responded_at=NOW,
            next_due_at=dice.choice([None, NOW + timedelta(days=dice.randint(-3, 3))]),
            amount=dice.choice([None, Decimal(dice.randint(0, 4))]),
        )  # fmt: skip
    keep_words(list(Complaint.objects.values_list("pk", flat=True)))
    return theirs


def plain(user: User, filters: Filters) -> list[Complaint]:
    """The rows as one question with all conditions in it gives them, sorted as a whole."""
    column = F(filters.order.column)
    by = column.desc(nulls_last=True) if filters.order.descending else column.asc(nulls_last=True)
    return list(queues.queue(user, filters).order_by(by, "-pk" if filters.order.descending else "pk"))


def asked_by(people: dict[str, User], theirs: Team, who: str) -> Iterator[Filters]:
    """Every list that is compared, in every order."""
    ours = people["lead"].team
    named = {"me": people[who], "colleague": people["lead"], "ours": ours, "theirs": theirs}
    for asked in ASKED:
        for sort in ORDERS:
            known = {key: str(named[value].pk) if value in named else value for key, value in asked.items()}
            yield Filters.of({**known, "sort": sort})


def walked(user: User, filters: Filters) -> tuple[list[Page], list[Page]]:
    """All pages from the first to the last, and from the last back to the first."""
    found, order = queues.ranges(user, filters), filters.order
    forth = [queues.page(found, None, order=order, size=SIZE)]
    while forth[-1].after:
        forth.append(queues.page(found, Cursor.of({"after": forth[-1].after}, order), order=order, size=SIZE))
    back = [forth[-1]]
    while back[-1].before:
        back.append(queues.page(found, Cursor.of({"before": back[-1].before}, order), order=order, size=SIZE))
    return forth, back[::-1]


@pytest.mark.parametrize("who", WHO)
def test_pages_of_ranges_are_the_plain_question_in_both_directions(
    people: dict[str, User], a_book: Team, who: str
) -> None:
    compared = 0
    for filters in asked_by(people, a_book, who):
        wanted = [row.pk for row in plain(people[who], filters)]
        forth, back = walked(people[who], filters)

        assert [row.pk for page in forth for row in page.rows] == wanted, filters
        assert [row.pk for page in back for row in page.rows] == wanted, filters
        compared += len(wanted)

    assert compared > 100 or who == "gone"


@pytest.mark.parametrize("cap", [3, 1_001])
@pytest.mark.parametrize("who", WHO)
def test_counts_of_ranges_are_those_of_the_plain_question_up_to_the_cap(
    people: dict[str, User], a_book: Team, who: str, cap: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("complaints.queues.counting.CAP", cap)
    lists = {filters.query(): filters for filters in asked_by(people, a_book, who) if not filters.sort}

    told = queues.overview(people[who], {key: queues.ranges(people[who], one) for key, one in lists.items()}).counts

    assert {key: told[key] for key in lists} == {
        key: min(len(plain(people[who], one)), cap) for key, one in lists.items()
    }


@pytest.mark.parametrize("sort", ORDERS)
def test_neighbours_and_places_are_those_of_the_plain_list(
    people: dict[str, User], a_book: Team, sort: str, django_assert_num_queries: Callable
) -> None:
    user, filters = people["specialist"], Filters.of({"view": "all", "sort": sort})
    rows = plain(user, filters)
    references = ["", *(row.reference for row in rows), ""]

    for number, row in enumerate(rows, 1):
        with django_assert_num_queries(1):
            told = place(user, {"view": "all", "sort": sort}, row)
        assert told
        assert (told.number, told.total) == (number, len(rows))
        assert (told.previous, told.next) == (references[number - 1], references[number + 1])


@pytest.mark.parametrize("who", ["specialist", "admin"])
@pytest.mark.parametrize("sort", ORDERS)
def test_a_page_of_several_ranges_is_one_statement(
    people: dict[str, User], a_book: Team, who: str, sort: str, django_assert_num_queries: Callable
) -> None:
    filters = Filters.of({"view": "all", "sort": sort})
    first = queues.page(queues.ranges(people[who], filters), None, order=filters.order, size=SIZE)

    for asked in (None, {"after": first.after}, {"before": first.after}):
        with django_assert_num_queries(1):
            cursor = Cursor.of(asked, filters.order) if asked else None
            queues.page(queues.ranges(people[who], filters), cursor, order=filters.order, size=SIZE)


def test_what_is_all_of_one_way_of_seeing_reads_that_way_alone(people: dict[str, User]) -> None:
    someone = people["specialist"]

    assert len(queues.ranges(someone, Filters(view="all"))) == 3
    assert len(queues.ranges(someone, Filters(view="mine"))) == 1
    assert len(queues.ranges(someone, Filters(view="team"))) == 1
    assert len(queues.ranges(someone, Filters(owner=str(someone.pk)))) == 1
    assert len(queues.ranges(people["admin"], Filters(view="all"))) == 1
    assert queues.ranges(people["gone"], Filters()) == []


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "finished"])
@pytest.mark.parametrize("sort", ORDERS)
def test_each_way_of_seeing_has_an_index_in_each_order(people: dict[str, User], sort: str, is_open: bool) -> None:
    condition = OPEN if is_open else ENDED
    there = {tuple(index.fields) for index in Complaint._meta.indexes if index.condition == condition}
    # A person has few open complaints: they are sorted once read.
    few = {"owner"} if is_open and sort != LAW else set()

    whose = {str(way.children[0][0]).removesuffix("__isnull") for way in policy.ways(people["specialist"])} - few

    assert whose, "nobody's way was looked at"
    assert {(one, ORDERS[sort].column, "id") for one in whose} <= there


@pytest.mark.parametrize("state", State.values)
def test_the_database_and_a_complaint_at_hand_agree_whether_it_has_ended(
    a_respondent: Respondent, a_category: Category, state: str
) -> None:
    row = Complaint.objects.create(
        reference="C-26-000001", subject="Held", channel=Channel.EMAIL, category=a_category, respondent=a_respondent,
        complainant=Complainant.objects.create(name="Ana"), received_at=NOW, registered_at=NOW, state_since=NOW,
        last_event_at=NOW, responded_at=NOW,
    )  # fmt: skip
    Complaint.objects.filter(pk=row.pk).update(state=state)

    assert Complaint.objects.filter(has_ended=True).exists() == Complaint(state=state).is_finished


def test_the_index_of_a_list_answers_its_filters() -> None:
    """A list of one state, or of what nobody owns, reads no row of the table but those it shows."""
    lists = [
        index
        for index in Complaint._meta.indexes
        if index.condition in (OPEN, ENDED) and "law_rules" not in index.fields
    ]

    assert len(lists) > 15
    for index in lists:
        assert {"state", "owner", "team", "respondent"} <= {*index.fields, *index.include}, index.name
