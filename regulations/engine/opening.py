"""Opening hours: several windows a day, and elapsed time counted only while one is open.

Windows are wall-clock times of a zone; counting is in instants, so a day on which the clocks change has the hours it has.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from regulations.engine.model import EngineError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
MIDNIGHT = 24 * 60
# Of each weekday (Monday 0) the windows in order: minutes after midnight at which it opens and at which it closes.
Hours = Mapping[int, tuple[tuple[int, int], ...]]
WHOLE_DAY = ((0, MIDNIGHT),)


def window_problems(told: object, weekend: Iterable[str]) -> list[tuple[str, str]]:
    """Return what is wrong with the opening hours of a calendar, each with the weekday it is about."""
    if not isinstance(told, Mapping):
        return [("hours", "hours must name the windows of each weekday.")]
    closed, found = set(weekend), list[tuple[str, str]]()
    for name, windows in told.items():
        if name not in WEEKDAYS:
            found.append((str(name), f"{name} is no weekday. Write mon, tue, wed, thu, fri, sat or sun."))
        elif name in closed:
            found.append((name, f"{name} is a weekend day of this calendar, so it has no opening hours."))
        elif words := _problem(str(name), windows):
            found.append((name, words))
    missing = [day for day in WEEKDAYS if told and day not in closed and day not in told]
    return found + [("hours", f"{day} is an open day without opening hours. Name its windows.") for day in missing]


def _problem(name: str, windows: object) -> str:
    if not isinstance(windows, list) or not windows:
        return f'{name} has no window. Write for example ["09:00-12:30", "13:30-17:00"].'
    before, said = 0, ""
    for one in windows:
        found = WINDOW.fullmatch(one) if isinstance(one, str) else None
        if found is None:
            return f"{one} is no window. Write for example 09:00-12:30."
        opens, closes = _minutes(one)
        if closes <= opens:
            return f"The window {one} of {name} is empty: it closes before it opens."
        if opens < before:
            return f"The windows {said} and {one} of {name} overlap. Write them in order, each after the one before."
        before, said = closes, one
    return ""


def read_hours(told: object, weekend: Iterable[str]) -> Hours:
    """Return the opening hours a calendar states, none for an empty table; raise EngineError with the first problem."""
    if problems := window_problems(told, weekend):
        raise EngineError(problems[0][1])
    assert isinstance(told, Mapping)
    return {WEEKDAYS.index(name): tuple(_minutes(one) for one in windows) for name, windows in told.items()}


def _minutes(window: str) -> tuple[int, int]:
    opens, closes = (int(part[:2]) * 60 + int(part[3:]) for part in window.split("-"))
    return opens, closes


class Opening:
    """The windows of one calendar in one zone as instants, with what was open before each: a prefix table.

    Finding a place in it is a binary search, so counting costs the same at any distance but for that.
    """

    __slots__ = ("_before", "_ends", "_starts", "first", "last", "zone")

    def __init__(self, days: Iterable[date], hours: Hours, zone: ZoneInfo) -> None:
        self.zone = zone
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []
        total = reached = 0
        for day in days:
            for opens, closes in hours.get(day.weekday(), WHOLE_DAY):
                # Where clocks go forward a window may lie in the hour that is not there: it never counts twice.
                start = _instant(day, opens, zone)
                start, end = (max(start, reached) if self._ends else start), _instant(day, closes, zone)
                if end <= start:
                    continue
                self._starts.append(start)
                self._ends.append(end)
                self._before.append(total)
                total, reached = total + end - start, end
        self.first, self.last = (self._starts[0], self._ends[-1]) if self._starts else (0, 0)

    def add(self, at: datetime, seconds: int) -> datetime | None:
        """Return the instant at which so many open seconds have passed since `at`, UTC; None beyond the table.

        Seconds are at least 1. It is the earliest such instant: the end of a window, not the start of the next.
        """
        wanted = self._passed(at.timestamp()) + seconds
        place = bisect_left(self._before, wanted) - 1
        end = self._starts[place] + wanted - self._before[place]
        if end > self._ends[place]:
            return None
        return datetime.fromtimestamp(end, UTC)

    def between(self, start: datetime, end: datetime) -> float:
        """Return how many seconds were open after start up to end: the inverse of add."""
        return self._passed(end.timestamp()) - self._passed(start.timestamp())

    def _passed(self, at: float) -> float:
        """Return how many seconds were open before the instant."""
        place = bisect_right(self._starts, at) - 1
        if place < 0:
            return 0
        return self._before[place] + min(at, self._ends[place]) - self._starts[place]


def _instant(day: date, minutes: int, zone: ZoneInfo) -> int:
    midnight = datetime.combine(day + timedelta(days=minutes // MIDNIGHT), time(), zone)
    return int(midnight.replace(hour=minutes % MIDNIGHT // 60, minute=minutes % 60).timestamp())
