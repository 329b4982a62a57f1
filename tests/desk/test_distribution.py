"""Fair giving: never over authority, never off shift unless nobody is on it, and spread within one case."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.models import Complaint, Kind
from escalations.desk.distribution import HEAVIEST, Arrival, Proposal, Worker, propose, refusal, weight
from escalations.desk.giving import give_by_itself, proposals
from escalations.desk.models import TeamDesk
from escalations.desk.shifts import shift
from tests.conftest import Register, a_person
from users.models import Role, Team, User

# A Monday, mid-morning in Dublin.
NOW = datetime(2026, 6, 1, 9, 15, tzinfo=UTC)
PRODUCTS, TONGUES, CURRENCIES = ("Cards", "Payouts"), ("en", "de"), ("EUR", "GBP")
CLASSES = ("payment_services", "e_money")

people = st.builds(
    Worker,
    key=st.integers(1, 10**6),
    name=st.sampled_from(["Maeve Kelly", "Liam Byrne", "Zofia Nowak"]),
    languages=st.lists(st.sampled_from(TONGUES), unique=True).map(tuple),
    skills=st.lists(st.sampled_from(PRODUCTS), unique=True).map(tuple),
    authority=st.none() | st.decimals(0, 1000, places=2),
    currency=st.sampled_from(CURRENCIES),
    most=st.none() | st.integers(0, 6),
    open=st.integers(0, 6),
    classes=st.lists(st.sampled_from(CLASSES), unique=True).map(tuple),
    away=st.sampled_from(["", "is away until 5 Jun"]),
    load=st.integers(0, 20),
    on_shift=st.booleans(),
)
cases = st.builds(
    Arrival,
    key=st.integers(1, 10**6),
    reference=st.integers(1, 10**6).map(lambda number: f"C-26-{number:06}"),
    product=st.sampled_from(PRODUCTS),
    language=st.sampled_from(["", *TONGUES]),
    amount=st.none() | st.decimals(0, 1200, places=2),
    currency=st.sampled_from(CURRENCIES),
    classes=st.lists(st.sampled_from(CLASSES), min_size=1, unique=True).map(tuple),
    due_at=st.none() | st.integers(-5, 40).map(lambda days: NOW + timedelta(days=days)),
)
teams = st.lists(people, max_size=6, unique_by=lambda one: one.key)
arrivals = st.lists(cases, max_size=12, unique_by=lambda one: one.reference)


@given(arrivals, teams)
def test_nobody_is_given_what_they_may_not_or_cannot_take(found: list[Arrival], team: list[Worker]) -> None:
    for proposal in propose(found, team, now=NOW):
        arrival, worker = proposal.arrival, proposal.worker
        if worker is None:
            continue
        if arrival.amount:
            assert worker.authority is not None and worker.currency == arrival.currency
            assert arrival.amount <= worker.authority
        assert not worker.skills or arrival.product in worker.skills
        assert not (arrival.language and worker.languages) or arrival.language in worker.languages
        assert worker.most is None or worker.open < worker.most
        assert not worker.away and (not worker.classes or set(arrival.classes) <= set(worker.classes))


@given(arrivals, teams)
def test_nobody_off_shift_is_asked_while_somebody_on_shift_could(found: list[Arrival], team: list[Worker]) -> None:
    given_so_far: dict[int, int] = {}
    for proposal in propose(found, team, now=NOW):
        if proposal.worker and not proposal.worker.on_shift:
            able = [
                one for one in team
                if one.on_shift and not refusal(proposal.arrival, one)
                and (one.most is None or one.open + given_so_far.get(one.key, 0) < one.most)
            ]  # fmt: skip
            assert able == []
        if proposal.worker:
            given_so_far[proposal.worker.key] = given_so_far.get(proposal.worker.key, 0) + 1


@given(st.integers(1, 6), st.integers(0, 40), st.integers(-5, 40))
def test_alike_cases_among_alike_people_are_spread_within_one(people: int, number: int, days: int) -> None:
    team = [Worker(key, f"P{key}") for key in range(people)]
    due = NOW + timedelta(days=days)
    found = [Arrival(key, f"C-{key:03}", "Cards", due_at=due) for key in range(number)]

    counts = [0] * people
    for proposal in propose(found, team, now=NOW):
        assert proposal.worker is not None
        counts[proposal.worker.key] += 1

    assert sum(counts) == number and max(counts) - min(counts) <= 1


@given(st.integers(1, 6), arrivals)
def test_loads_of_alike_people_differ_by_one_case_at_most(people: int, found: list[Arrival]) -> None:
    team = [Worker(key, f"P{key}") for key in range(people)]
    plain = [Arrival(one.key, one.reference, one.product, due_at=one.due_at) for one in found]

    loads = [0] * people
    for proposal in propose(plain, team, now=NOW):
        assert proposal.worker is not None
        loads[proposal.worker.key] += weight(proposal.arrival.due_at, now=NOW)

    assert max(loads) - min(loads) <= HEAVIEST


@given(arrivals, teams, st.randoms())
def test_the_order_in_which_they_are_read_changes_nothing(
    found: list[Arrival], team: list[Worker], dice: object
) -> None:
    shuffled_cases, shuffled_team = list(found), list(team)
    dice.shuffle(shuffled_cases)  # type: ignore[attr-defined]
    dice.shuffle(shuffled_team)  # type: ignore[attr-defined]

    def told(proposals: list[Proposal]) -> list[tuple[str, int]]:
        return [(one.arrival.reference, one.worker.key if one.worker else 0) for one in proposals]

    assert told(propose(found, team, now=NOW)) == told(propose(shuffled_cases, shuffled_team, now=NOW))


def test_the_reason_says_language_product_authority_load_and_shift() -> None:
    maeve = Worker(
        1, "Maeve Kelly", ("de",), ("Cards",), Decimal(500), "EUR", due_this_week=4, shift="on shift until 17:00"
    )
    case = Arrival(1, "C-26-000001", "Cards", "de", Decimal("120.50"), "EUR", NOW + timedelta(days=2))

    [proposal] = propose([case], [maeve], now=NOW)

    assert proposal.why == "Maeve: German, Cards, authority to EUR 500, 4 due this week, on shift until 17:00"


def test_when_nobody_can_it_says_what_each_lacks() -> None:
    team = [Worker(1, "Maeve Kelly", skills=("Payouts",)), Worker(2, "Liam Byrne", most=3, open=3)]

    [proposal] = propose([Arrival(1, "C-1", "Cards")], team, now=NOW)

    assert proposal.why == "Nobody can take it: Maeve does not know Cards; Liam has 3 open of at most 3."


@pytest.mark.parametrize(
    ("moment", "works", "words"),
    [
        (NOW, True, "on shift until 17:30"),
        (NOW.replace(hour=17), False, "off shift, works 09:00 to 17:30"),
        (NOW.replace(day=6), False, "off shift, works 09:00 to 17:30"),
    ],
)
def test_a_shift_is_the_teams_hours_on_its_own_clock(moment: datetime, works: bool, words: str) -> None:
    person = User(name="Maeve", zone="Australia/Sydney", team=Team(zone="Europe/Dublin"))

    assert shift(person, now=moment) == (works, words)


def test_ones_own_hours_go_before_the_teams() -> None:
    person = User(zone="Europe/Dublin", team=Team(zone="Europe/Dublin"), starts=time(12), ends=time(20))

    assert shift(person, now=NOW) == (False, "off shift, works 12:00 to 20:00")


@pytest.mark.django_db
def test_a_team_that_wants_it_so_is_given_its_arrivals_with_the_reason_in_the_story(
    a_registered: Register, a_specialist: User, a_team: Team
) -> None:
    complaint = a_registered(owner=None)
    Complaint.objects.filter(pk=complaint.pk).update(team=a_team)
    assert give_by_itself(at=NOW) == 0
    TeamDesk.objects.create(team=a_team, gives_by_itself=True)

    assert give_by_itself(at=NOW) == 1

    complaint.refresh_from_db()
    assert complaint.owner == a_specialist
    entry = complaint.story.get(kind=Kind.ASSIGNED)
    assert entry.actor is None and entry.data["text"].startswith("Maeve: English, Payouts, 0 due this week, on shift")


@pytest.mark.django_db
def test_a_case_goes_to_who_writes_its_language_and_may_work_its_class(
    a_registered: Register, a_specialist: User, a_team: Team
) -> None:
    zofia = a_person("zofia@x.example", "Zofia Nowak", Role.SPECIALIST, a_team)
    User.objects.filter(pk=zofia.pk).update(languages=["pl"], classes=["payment_services"])
    User.objects.filter(pk=a_specialist.pk).update(languages=["en"], classes=["e_money"])
    polish, english = a_registered(owner=None, language="pl"), a_registered(owner=None)
    found = list(Complaint.objects.filter(pk__in=[polish.pk, english.pk]).order_by("pk"))

    first, second = (one for one in proposals(a_team, found, now=NOW))

    assert first.worker is not None and first.worker.key == zofia.pk and first.why.startswith("Zofia: Polish, Payouts")
    assert second.why == ("Nobody can take it: Maeve may not work Payment services; Zofia does not write English.")


@pytest.mark.django_db
def test_nobody_is_woken_for_an_arrival(a_registered: Register, a_specialist: User, a_team: Team) -> None:
    complaint = a_registered(owner=None)
    Complaint.objects.filter(pk=complaint.pk).update(team=a_team)
    TeamDesk.objects.create(team=a_team, gives_by_itself=True)

    assert give_by_itself(at=NOW.replace(hour=2)) == 0


@pytest.mark.django_db
def test_nothing_is_given_above_somebodys_authority(a_registered: Register, a_team: Team, a_specialist: User) -> None:
    complaint = a_registered(owner=None, amount=Decimal(900), currency="EUR")
    Complaint.objects.filter(pk=complaint.pk).update(team=a_team)
    TeamDesk.objects.create(team=a_team, gives_by_itself=True)
    a_person("lead@x.example", "A Lead", Role.LEAD, a_team)

    assert give_by_itself(at=NOW) == 0
    User.objects.filter(pk=a_specialist.pk).update(authority_amount=900, authority_currency="EUR")

    assert give_by_itself(at=NOW) == 1
