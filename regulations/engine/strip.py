"""The day strip: each day of a clock, counted or not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulations.engine.calendars import DAY, Calendar
from regulations.engine.model import Clock

LONGEST = 400


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
    business = clock.unit == "bd"
    days, day, count = [Day(clock.trigger_on, "received", 0, "")], clock.trigger_on + DAY, 0
    while day <= clock.due_on:
        is_open = calendar.is_open(day) if business else True
        count += is_open
        if day == clock.due_on:
            days.append(Day(day, "due", count if is_open else None, ""))
        elif is_open:
            days.append(Day(day, "counted", count, ""))
        elif day.weekday() in calendar.weekend:
            days.append(Day(day, "weekend", None, calendar.closed.get(day, "")))
        else:
            days.append(Day(day, "holiday", None, calendar.closed[day]))
        day += DAY
    return days
