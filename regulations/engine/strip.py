"""The day strip: each day of a clock, counted or not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulations.engine.calendars import DAY, Calendar
from regulations.engine.model import Clock

LONGEST = 400
# What is counted by the days, or the hours, on which a calendar is open.
BUSINESS = frozenset({"bd", "bh"})


@dataclass(frozen=True, slots=True)
class Day:
    """One day: received, counted, weekend, holiday, not_counted or due; its count, and its name if it has one."""

    on: date
    kind: str
    count: int | None
    name: str


def day_strip(clock: Clock, calendar: Calendar) -> list[Day]:
    """Return every day from the trigger to the limit; none where there is no limit or more than 400 days."""
    if clock.due_on is None or not 0 <= (clock.due_on - clock.trigger_on).days <= LONGEST:
        return []
    day, count = clock.trigger_on, 1 if _is_day_one(clock, calendar) else 0
    days = [Day(day, "received", count, "")]
    while day < clock.due_on:
        day += DAY
        counted = _counts(clock, calendar, day, count)
        count += counted
        if day == clock.due_on:
            days.append(Day(day, "due", count if counted else None, calendar.closed.get(day, "")))
        elif counted:
            days.append(Day(day, "counted", count, ""))
        elif clock.unit not in BUSINESS:
            days.append(Day(day, "not_counted", None, ""))
        elif day.weekday() in calendar.weekend:
            days.append(Day(day, "weekend", None, calendar.closed.get(day, "")))
        else:
            days.append(Day(day, "holiday", None, calendar.closed[day]))
    return days


def _is_day_one(clock: Clock, calendar: Calendar) -> bool:
    """Say whether the trigger's own date counts: where the law says so, and for business days if it is open."""
    return clock.counts_first_day and (clock.unit not in BUSINESS or calendar.is_open(clock.trigger_on))


def _counts(clock: Clock, calendar: Calendar, day: date, count: int) -> bool:
    """Say whether the day counts. Days after the last of a number of days only lead to the next open day."""
    if clock.unit in BUSINESS:
        return calendar.is_open(day)
    return clock.unit not in {"d", "w"} or count < clock.length * (7 if clock.unit == "w" else 1)
