"""When a demonstration story happened, counted back from today in weekdays. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


def weekdays_after(day: date, count: int) -> date:
    """Return the date this many weekdays after the day; before it when the count is negative."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left or day.weekday() >= SATURDAY:
        day += step
        if day.weekday() < SATURDAY and left:
            left -= 1
    return day


def received(told: str, *, zone: str, now: datetime) -> datetime:
    """Return the moment, UTC, that "14 09:12" names: fourteen weekdays ago at 09:12 on the zone's clock."""
    ago, clock = told.split()
    return _moment(weekdays_after(now.astimezone(ZoneInfo(zone)).date(), -int(ago)), clock, zone=zone, now=now)


def later(told: str, *, first: datetime, zone: str, now: datetime) -> datetime:
    """Return the moment, UTC, that "3 11:40" names: three weekdays after the first day at 11:40."""
    days, clock = told.split()
    return _moment(weekdays_after(first.astimezone(ZoneInfo(zone)).date(), int(days)), clock, zone=zone, now=now)


def _moment(day: date, clock: str, *, zone: str, now: datetime) -> datetime:
    # What would lie ahead of us happens now: a story told at dawn has no afternoon yet.
    return min(datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).astimezone(UTC), now)
