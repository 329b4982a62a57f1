"""Business days: constant-time counting equals counting day by day."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.calendars import generate
from regulations.calendars.shipped import load_calendars
from regulations.engine.calendars import Calendar, CalendarHorizon, CalendarProblem

SHARED = Path(__file__).resolve().parents[3] / "shared" / "regulations" / "calendars.json"
KEYS = sorted(load_calendars())
DATES = st.dates(date(2015, 1, 1), date(2029, 12, 31))


def counted_by_hand(calendar: Calendar, day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() not in calendar.weekend and day not in calendar.closed
    return day


@given(key=st.sampled_from(KEYS), day=DATES, count=st.integers(1, 60))
def test_adding_equals_counting_day_by_day(key: str, day: date, count: int) -> None:
    calendar = load_calendars()[key]

    assert calendar.add(day, count) == counted_by_hand(calendar, day, count)


@given(key=st.sampled_from(KEYS), day=DATES, count=st.integers(1, 60))
def test_adding_and_counting_are_inverses(key: str, day: date, count: int) -> None:
    calendar = load_calendars()[key]

    assert calendar.between(day, calendar.add(day, count)) == count


@given(key=st.sampled_from(KEYS), day=DATES, later=st.integers(0, 40), count=st.integers(1, 60))
def test_a_later_receipt_never_gives_an_earlier_limit(key: str, day: date, later: int, count: int) -> None:
    calendar = load_calendars()[key]

    assert calendar.add(day + timedelta(days=later), count) >= calendar.add(day, count)


@given(key=st.sampled_from(KEYS), day=DATES)
def test_a_day_rolls_to_the_first_open_day_at_or_after_it(key: str, day: date) -> None:
    calendar = load_calendars()[key]
    rolled = calendar.roll(day)

    assert calendar.is_open(rolled)
    assert calendar.between(day, rolled) == (0 if rolled == day else 1)


@pytest.mark.parametrize(
    ("key", "received", "count", "due"),
    [
        ("GB-ENG", "2026-06-01", 15, "2026-06-22"),
        ("GB-ENG", "2026-06-01", 35, "2026-07-20"),
        ("GB-SCT", "2026-06-12", 3, "2026-06-18"),
        ("GB-ENG", "2023-05-05", 3, "2023-05-11"),
        ("GB-NIR", "2026-07-01", 15, "2026-07-23"),
        ("IE", "2026-12-24", 1, "2026-12-28"),
    ],
)
def test_known_limits(key: str, received: str, count: int, due: str) -> None:
    assert load_calendars()[key].add(date.fromisoformat(received), count) == date.fromisoformat(due)


def test_beyond_the_horizon_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(CalendarHorizon, match="known until 2030-12-31"):
        load_calendars()["GB-ENG"].add(date(2030, 12, 30), 15)


def test_a_day_after_the_horizon_is_refused() -> None:
    with pytest.raises(CalendarHorizon):
        load_calendars()["GB-ENG"].is_open(date(2031, 1, 1))


def test_a_calendar_without_an_open_day_is_refused() -> None:
    with pytest.raises(CalendarProblem, match="no open day"):
        Calendar("X", weekend=frozenset(range(7)), closed={}, first=date(2026, 1, 1), last=date(2026, 12, 31))


def test_the_shipped_file_is_what_the_generator_makes() -> None:
    assert json.loads(generate.FILE.read_text(encoding="utf-8")) == generate.generate()


def test_the_shipped_calendars_equal_the_shared_definition() -> None:
    if not SHARED.exists():
        pytest.skip("the shared definition of calendars is not on this machine")
    defined = json.loads(SHARED.read_text(encoding="utf-8"))

    for key, words in json.loads(generate.FILE.read_text(encoding="utf-8")).items():
        assert (sorted(words["weekend"]), sorted(words["closed"])) == (
            sorted(defined[key]["weekend"]), sorted(defined[key]["closed"]),
        ), key  # fmt: skip
