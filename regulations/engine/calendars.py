"""Business-day arithmetic: one precomputed table per calendar, constant time in the distance. Hours: see opening.py."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, time, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

from regulations.engine.model import EngineError
from regulations.engine.opening import MIDNIGHT, Hours, Opening

DAY = timedelta(days=1)


class CalendarHorizon(EngineError):
    """A date lies outside the years the calendar knows; a guess would be worse than an error."""


class CalendarProblem(EngineError):
    """A calendar nobody could keep: no open day, or a weekend that names no weekday."""


class Calendar:
    """Which days are open: neither a weekend day nor a closed day (vocabulary, section 6).

    `weekend` holds weekday numbers, Monday 0. `closed` maps each closed date to its name.
    The calendar counts every date from `first` to `last`, both included. Holidays are known until `known`: after it only
    weekends are closed, so a limit that runs beyond is the earliest it can be. `hours` are its opening hours, if any.
    """

    __slots__ = (
        "_before", "_named", "_open", "_openings", "_weekends", "closed", "first", "hours", "key", "known", "last",
        "version", "weekend",
    )  # fmt: skip

    def __init__(
        self,
        key: str,
        *,
        weekend: frozenset[int],
        closed: Mapping[date, str],
        first: date,
        last: date,
        version: int = 1,
        known: date | None = None,
        hours: Hours | None = None,
    ) -> None:
        if not all(0 <= number <= 6 for number in weekend):
            raise CalendarProblem(f"Calendar {key}: a weekend day is a number from 0 (Monday) to 6 (Sunday).")
        self.key, self.weekend, self.closed, self.version = key, weekend, dict(closed), version
        self.first, self.last, self.known, self.hours = first, last, known or last, hours or {}
        self._named = sorted((day, name) for day, name in self.closed.items() if day.weekday() not in weekend)
        self._weekends: dict[frozenset[int], Calendar] = {}
        self._openings: dict[str, Opening] = {}
        self._open: list[date] = []
        self._before: list[int] = []
        for offset in range((last - first).days + 1):
            day = first + offset * DAY
            self._before.append(len(self._open))
            if day.weekday() not in weekend and day not in self.closed:
                self._open.append(day)
        if not self._open:
            raise CalendarProblem(f"Calendar {key} has no open day, so no limit could ever end.")

    def is_open(self, day: date) -> bool:
        """Return whether the day counts as a business day."""
        self._place(day)
        return day.weekday() not in self.weekend and day not in self.closed

    def add(self, day: date, count: int) -> date:
        """Return the count-th open day after the day, which is day 0 whether open or not. Count is at least 1."""
        if count < 1:
            raise ValueError("Count at least one business day.")
        place = self._through(day) + count - 1
        if place >= len(self._open):
            raise CalendarHorizon(f"Calendar {self.key} is known until {self.known}; the limit lies beyond.")
        return self._open[place]

    def back(self, day: date, count: int) -> date:
        """Return the open day that lies count open days before the day: from its end on, count of them are left."""
        if count < 1:
            raise ValueError("Count at least one business day.")
        place = self._through(day) - count - 1
        if place < 0:
            raise CalendarHorizon(f"Calendar {self.key} is known from {self.first}; the day lies before.")
        return self._open[place]

    def between(self, start: date, end: date) -> int:
        """Return how many open days lie after start up to and including end: the inverse of add."""
        return self._through(end) - self._through(start)

    def roll(self, day: date) -> date:
        """Return the day itself when open, else the next open day."""
        return day if self.is_open(day) else self.add(day, 1)

    def closed_between(self, start: date, end: date) -> list[tuple[date, str]]:
        """Return the closed days that are no weekend days, after start up to and including end, with their names."""
        first, last = (bisect_right(self._named, day, key=itemgetter(0)) for day in (start, end))
        return self._named[first:last]

    def with_weekend(self, weekend: frozenset[int]) -> Calendar:
        """Return the same closed days with another weekend, made once."""
        if weekend not in self._weekends:
            self._weekends[weekend] = Calendar(
                self.key, weekend=weekend, closed=self.closed, first=self.first, last=self.last, version=self.version,
                known=self.known, hours=self.hours,
            )  # fmt: skip
        return self._weekends[weekend]

    def opening(self, zone: ZoneInfo) -> Opening:
        """Return its opening hours as instants of this zone, worked out once."""
        if zone.key not in self._openings:
            self._openings[zone.key] = Opening(self._open, self.hours, zone)
        return self._openings[zone.key]

    def closes_at(self, day: date) -> time | None:
        """Return when the last window of this day closes; None where it has no opening hours, or none before midnight."""
        windows = self.hours.get(day.weekday())
        if not windows or windows[-1][1] == MIDNIGHT:
            return None
        return time(windows[-1][1] // 60, windows[-1][1] % 60)

    def _place(self, day: date) -> int:
        place = (day - self.first).days
        if not 0 <= place < len(self._before):
            raise CalendarHorizon(f"Calendar {self.key} is known from {self.first} to {self.last}, not on {day}.")
        return place

    def _through(self, day: date) -> int:
        """Return how many open days lie from the first day to this one, both included."""
        place = self._place(day)
        return self._before[place + 1] if place + 1 < len(self._before) else bisect_left(self._open, day + DAY)
