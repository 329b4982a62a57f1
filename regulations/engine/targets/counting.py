"""Adds a length to a moment while leaving out the time we waited for others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from regulations.engine.calendars import DAY, Calendar
from regulations.engine.lengths import Length

NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Wait:
    """Time in which the target stood still; `until` is None while it still does."""

    since: datetime
    until: datetime | None
    why: str

    def covers(self, day: date, zone: ZoneInfo) -> bool:
        """Say whether we were still waiting when the day ended, so that it does not count."""
        if day < self.since.astimezone(zone).date():
            return False
        return self.until is None or day < self.until.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody works on an open day."""

    zone: ZoneInfo
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Counted:
    """Where the addition came to: a day or an instant (UTC); neither while it stands still, then what was left."""

    due_on: date | None = None
    due_at: datetime | None = None
    left: timedelta | int = 0


def days_from(start: date, length: Length, calendar: Calendar, waits: Sequence[Wait], zone: ZoneInfo) -> Counted:
    """Add a number of days; the start is day 0. `calendar` decides which count when the unit is bd."""
    if not waits:
        return Counted(due_on=length.end(start, calendar))
    day, count = start, 0
    while count < length.number:
        day += DAY
        waiting = [wait for wait in waits if wait.covers(day, zone)]
        # A wait that has no end yet stands behind all others: from its first day on nothing can be said.
        if any(wait.until is None for wait in waiting):
            return Counted(left=length.number - count)
        count += not waiting and counts(day, length, calendar)
    return Counted(due_on=day)


def counts(day: date, length: Length, calendar: Calendar) -> bool:
    """Say whether the day counts when nobody waits."""
    return length.unit != "bd" or calendar.is_open(day)


def hours_from(
    start: datetime, length: Length, calendar: Calendar, waits: Sequence[Wait], hours: Hours | None
) -> Counted:
    """Add a number of hours, working hours where `hours` says when those are."""
    left = timedelta(hours=length.number)
    for begins, ends in windows(start, calendar, hours):
        at = max(begins, start)
        while at < ends or hours is None:
            wait = _next_wait(waits, at)
            # Time that counts runs until the window or the next wait ends it, whichever is first.
            stop = ends if wait is None else min(ends, max(wait.since, at))
            if hours is None and wait is None:
                stop = at + left
            if at + left <= stop:
                return Counted(due_at=(at + left).astimezone(UTC))
            left -= stop - at
            at = stop
            if wait is None or stop < wait.since:
                break
            if wait.until is None:
                return Counted(left=left)
            at = max(wait.until, at)
    raise AssertionError("windows never end")


def windows(start: datetime, calendar: Calendar, hours: Hours | None) -> Iterator[tuple[datetime, datetime]]:
    """Yield the times that count from a moment on; without working hours, all time. Ends beyond the calendar."""
    if hours is None:
        yield start, datetime.max.replace(tzinfo=UTC)
        return
    day = start.astimezone(hours.zone).date()
    while True:
        if calendar.is_open(day):
            begins, ends = (
                datetime.combine(day, clock, hours.zone).astimezone(UTC) for clock in (hours.opens, hours.closes)
            )
            if ends > start:
                yield begins, ends
        day += DAY


def _next_wait(waits: Sequence[Wait], at: datetime) -> Wait | None:
    """Return the first wait that is not over at this moment; of several that began, the one that ends last."""
    ahead = [wait for wait in waits if wait.until is None or wait.until > at]
    begun = [wait for wait in ahead if wait.since <= at]
    if begun:
        return max(begun, key=lambda wait: (wait.until is None, wait.until or wait.since))
    return min(ahead, key=lambda wait: wait.since, default=None)
