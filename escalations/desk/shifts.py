"""Whether somebody works at a moment: on a working day of their centre, within their own hours, else their team's. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from escalations.desk.workdays import WEEKDAYS, Workdays
from users.models import User


def shift(person: User, *, now: datetime, days: Workdays = WEEKDAYS) -> tuple[bool, str]:
    """Return whether they work now, and the words for it on their own clock."""
    if person.starts and person.ends:
        zone, starts, ends = person.zone, person.starts, person.ends
    elif person.team:
        zone, starts, ends = person.team.zone, person.team.opens, person.team.closes
    else:
        return False, "no working hours known"
    there = now.astimezone(ZoneInfo(zone))
    closed = days.closed(there.date())
    if not closed and starts <= there.time() < ends:
        return True, f"on shift until {ends:%H:%M}"
    if closed and closed != "weekend":
        return False, f"off shift, {closed}"
    return False, f"off shift, works {starts:%H:%M} to {ends:%H:%M}"
