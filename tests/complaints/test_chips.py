"""What the chip says, for every state of a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from complaints.chips import chip_of, share, span, wedge
from complaints.templatetags.clocks import by_day, due, until, when

NOW = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class ALimit:
    ends_at: datetime | None = NOW + DAY
    status: str = "running"
    kind: str = "D"
    is_duty: bool = True
    settled_at: datetime | None = None
    trigger_on: date = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("limit", "tone", "text"),
    [
        (ALimit(NOW + 7 * DAY + 15 * HOUR), "far", "Due in 7d 15h"),
        (ALimit(NOW + 3 * DAY + MINUTE), "far", "Due in 3d"),
        (ALimit(NOW + 3 * DAY), "near", "Due in 3d"),
        (ALimit(NOW + 2 * DAY + 3 * HOUR), "near", "Due in 2d 3h"),
        (ALimit(NOW + DAY), "near", "Due in 1d"),
        (ALimit(NOW + DAY - MINUTE), "soon", "Due in 23h 59m"),
        (ALimit(NOW + 3 * HOUR + 20 * MINUTE), "soon", "Due in 3h 20m"),
        (ALimit(NOW + timedelta(seconds=30)), "soon", "Due in 0m"),
        (ALimit(NOW), "overdue", "Overdue by 0m"),
        (ALimit(NOW - 4 * HOUR - MINUTE), "overdue", "Overdue by 4h"),
        (ALimit(NOW - 2 * DAY - 5 * HOUR, status="missed"), "overdue", "Overdue by 2d"),
        (ALimit(NOW, status="met", settled_at=NOW - DAY - HOUR), "met", "Met with 1d to spare"),
        (ALimit(None, status="met", settled_at=NOW), "met", "Met"),
        (ALimit(NOW - HOUR, status="missed", settled_at=NOW - 40 * MINUTE), "missed", "Missed by 20m"),
        (ALimit(status="ended"), "waiting", "No longer applies"),
        (ALimit(status="history"), "waiting", "History"),
        (ALimit(None), "waiting", "No end date"),
        (ALimit(NOW + 2 * HOUR, is_duty=False), "far", "2h left"),
        (ALimit(NOW - HOUR, is_duty=False), "waiting", "Passed"),
        (ALimit(NOW - DAY, is_duty=False, status="missed", settled_at=NOW), "waiting", "Late by 1d"),
        (ALimit(NOW + DAY, is_duty=False, kind="F"), "waiting", "Opens in 1d"),
        (ALimit(NOW, is_duty=False, kind="F"), "waiting", "Open now"),
    ],
)
def test_the_chip_says_how_the_clock_stands(limit: ALimit, tone: str, text: str) -> None:
    chip = chip_of(limit, now=NOW)

    assert (chip.tone, chip.text) == (tone, text)


def test_only_a_duty_still_to_be_done_ticks() -> None:
    assert chip_of(ALimit(), now=NOW).ticks
    assert chip_of(ALimit(NOW - DAY), now=NOW).ticks
    assert not chip_of(ALimit(status="met", settled_at=NOW), now=NOW).ticks
    assert not chip_of(ALimit(is_duty=False), now=NOW).ticks


@pytest.mark.parametrize(
    ("length", "units", "words"),
    [
        (timedelta(0), 2, "0m"),
        (timedelta(days=2, minutes=5), 2, "2d"),
        (timedelta(hours=2), 2, "2h"),
        (timedelta(days=1, hours=23, minutes=59), 1, "1d"),
        (timedelta(days=400), 2, "400d"),
    ],
)
def test_a_length_is_said_in_few_units(length: timedelta, units: int, words: str) -> None:
    assert span(length, units=units) == words


def test_the_share_of_time_used_stays_between_none_and_all() -> None:
    assert share(date(2026, 11, 24), NOW + 3 * DAY, now=NOW) == 0
    assert share(date(2026, 11, 1), NOW - DAY, now=NOW) == 1
    assert share(date(2026, 11, 24), datetime(2026, 11, 20, tzinfo=UTC), now=NOW) == 1
    assert share(date(2026, 11, 22), datetime(2026, 11, 26, tzinfo=UTC), now=datetime(2026, 11, 24, tzinfo=UTC)) == 0.5


def test_the_wedge_grows_clockwise_from_twelve() -> None:
    assert wedge(0) == ""
    assert wedge(0.25) == "M6 6V2.5A3.5 3.5 0 0 1 9.50 6.00Z"
    assert " 0 1 1 2.50 6.00Z" in wedge(0.75)
    assert wedge(1).count("A") == 2


def test_midnight_is_said_as_the_end_of_the_day_before() -> None:
    assert until(datetime(2026, 11, 26, tzinfo=UTC), "Europe/Dublin") == "end of Wed 25 Nov 2026 (Dublin)"
    assert until(datetime(2026, 11, 25, 17, 30, tzinfo=UTC), "Europe/Dublin") == "Wed 25 Nov 2026, 17:30 (Dublin)"
    assert due(datetime(2026, 11, 26, tzinfo=UTC), "Europe/Dublin") == "Wed 25 Nov 2026"
    assert due(datetime(2026, 11, 25, 17, 30, tzinfo=UTC), "Europe/Dublin") == "Wed 25 Nov 2026, 17:30"
    assert by_day(datetime(2026, 11, 26, tzinfo=UTC), "Europe/Dublin") == "Wednesday 25 November"
    assert by_day(datetime(2026, 11, 26, 9, tzinfo=UTC), "Europe/Dublin") == "Thursday 26 November"


def test_a_moment_is_told_on_the_wall_clock_of_its_zone() -> None:
    assert when(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "Europe/Dublin") == "Thu 2 Jul 2026, 00:30"
    assert when(date(2026, 7, 1)) == "Wed 1 Jul 2026"
    assert when(None) == ""
