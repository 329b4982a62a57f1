"""What must hold whatever happens: counting by hand on every date, and stories told in any order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from regulations.calendars.generate import CALENDARS
from regulations.calendars.shipped import WEEKDAYS, load_calendars
from regulations.engine import Clock, Event, evaluate
from regulations.engine.calendars import DAY, Calendar
from regulations.engine.case import EVENTS
from regulations.rulebooks.shipped import load_book

FIRST, LAST = date(2015, 1, 1), date(2045, 12, 31)
COUNTS = (1, 3, 15, 35)


def until_2045(key: str) -> Calendar:
    """Return a shipped calendar made for thirty years: arithmetic is proved beyond what people confirmed."""
    weekend, of_year = CALENDARS[key]
    closed = {
        day: name for year in range(FIRST.year - 1, LAST.year + 2) for day, name in of_year(year).items()
        if FIRST <= day <= LAST
    }  # fmt: skip
    days = frozenset(WEEKDAYS.index(name) for name in weekend.split())
    return Calendar(key, weekend=days, closed=closed, first=FIRST, last=LAST)


@pytest.mark.parametrize("key", sorted(CALENDARS))
def test_every_date_from_2015_to_2045_counts_as_by_hand(key: str) -> None:
    calendar = until_2045(key)
    # Walked backwards, so that each date knows the open days after it without any table.
    after: list[date] = []
    day = LAST
    while day >= FIRST:
        is_open = day.weekday() not in calendar.weekend and day not in calendar.closed
        assert calendar.is_open(day) is is_open
        if len(after) >= COUNTS[-1]:
            for count in COUNTS:
                assert calendar.add(day, count) == after[-count], (day, count)
                assert calendar.between(day, after[-count]) == count, (day, count)
            assert calendar.roll(day) == (day if is_open else after[-1]), day
        if is_open:
            after.append(day)
        day -= DAY


@pytest.mark.parametrize("key", sorted(CALENDARS))
def test_closed_days_between_two_dates_are_those_one_walks_over(key: str) -> None:
    calendar = load_calendars()[key]
    start = date(2026, 1, 1)
    for length in range(0, 400, 7):
        days = [start + DAY * number for number in range(1, length + 1)]

        walked = [
            (day, calendar.closed[day])
            for day in days
            if day in calendar.closed and day.weekday() not in calendar.weekend
        ]

        assert calendar.closed_between(start, start + DAY * length) == walked


PLACES = [
    ("GB", "Europe/London"), ("IE", "Europe/Dublin"), ("AU", "Australia/Sydney"), ("US", "America/New_York"),
    ("IN", "Asia/Kolkata"), ("IT", "Europe/Rome"), ("BR", "America/Sao_Paulo"),
]  # fmt: skip
CLASSES = ["payment_services", "data_protection", "eft_error", "hardship", "unauthorised_transaction", "other"]
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
WHEN = INSTANTS | INSTANTS.map(lambda at: at.date())
SAID = st.fixed_dictionaries(
    {},
    optional={
        "promised_on": st.dates(date(2026, 1, 1), date(2027, 3, 1)).map(date.isoformat),
        "compliant": st.booleans(),
        "form": st.sampled_from(["oral", "written"]),
    },
)
HAPPENINGS = st.builds(Event, st.sampled_from(sorted(EVENTS)), WHEN, SAID)


def test_of_two_promises_at_one_moment_the_earlier_counts_however_they_are_told() -> None:
    facts = {"jurisdiction": "GB", "zone": "Europe/London", "complaint_class": ["payment_services"]}
    at = datetime(2026, 6, 2, 9, tzinfo=UTC)
    said = [Event("acknowledged", at, {"promised_on": day}) for day in ("2026-06-12", "2026-06-10")]
    received = Event("received", date(2026, 6, 1))

    due = {
        clock.due_on
        for told in ([received, *said], [*reversed(said), received])
        for clock in evaluate(load_book(), facts, told, load_calendars())
        if clock.obligation == "final_response"
    }

    assert due == {date(2026, 6, 10)}


class Story(RuleBasedStateMachine):
    """A complaint to which things happen, told late and out of order; the clocks after each are kept."""

    @initialize(
        place=st.sampled_from(PLACES),
        classes=st.lists(st.sampled_from(CLASSES), min_size=1, max_size=2, unique=True),
        entity=st.sampled_from(["payment_institution", "bank", "ppi_issuer"]),
        received=WHEN,
    )
    def begin(self, place: tuple[str, str], classes: list[str], entity: str, received: datetime | date) -> None:
        self.facts: dict[str, object] = {
            "jurisdiction": place[0], "zone": place[1], "complaint_class": classes, "entity_type": entity,
            "other_zones": ["America/Los_Angeles"],
        }  # fmt: skip
        self.events = [Event("received", received)]
        self.kept = [self.derived(self.events)]

    def derived(self, events: list[Event]) -> dict[tuple[str, str], Clock]:
        found = evaluate(load_book(), self.facts, events, load_calendars())
        return {(clock.rule, clock.obligation): clock for clock in found}

    @rule(event=HAPPENINGS)
    def something_happens(self, event: Event) -> None:
        self.events.append(event)
        self.kept.append(self.derived(self.events))

    @rule(days=st.integers(0, 40))
    def a_holding_response_is_sent(self, days: int) -> None:
        at = self.events[0].at + timedelta(days=days)
        self.something_happens(Event("holding_response_sent", at))

    @rule(data=st.data(), said=SAID)
    def something_else_is_said_at_the_same_moment(self, data: st.DataObject, said: dict[str, object]) -> None:
        earlier = data.draw(st.sampled_from(self.events))
        self.something_happens(Event(earlier.type, earlier.at, said))

    @rule(event=HAPPENINGS)
    def the_same_is_told_twice(self, event: Event) -> None:
        self.something_happens(event)
        self.something_happens(event)

        assert self.kept[-1] == self.kept[-2]

    @rule(order=st.randoms(use_true_random=False))
    def it_is_told_in_another_order(self, order: object) -> None:
        shuffled = list(self.events)
        order.shuffle(shuffled)  # type: ignore[attr-defined]

        assert self.derived(shuffled) == self.kept[-1]

    @rule(data=st.data())
    def it_is_asked_what_was_known_then(self, data: st.DataObject) -> None:
        known = data.draw(st.integers(1, len(self.events)))

        assert self.derived(self.events[:known]) == self.kept[known - 1]

    @invariant()
    def what_is_worked_to_is_never_later_than_the_law_allows(self) -> None:
        for clock in self.kept[-1].values() if hasattr(self, "kept") else ():
            assert clock.latest_lawful_on is None or (clock.due_on and clock.due_on < clock.latest_lawful_on), clock
            assert (clock.due_on is None) == (clock.ends_at is None), clock


TestAnyStory = Story.TestCase
TestAnyStory.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
