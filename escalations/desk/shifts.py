"""Whether somebody works at a moment: Monday to Friday within their own hours, else their team's. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from users.models import User

SATURDAY = 5


def shift(person: User, *, now: datetime) -> tuple[bool, str]:
    """Return whether they work now, and the words for it on their own clock."""
    if person.starts and person.ends:
        zone, starts, ends = person.zone, person.starts, person.ends
    elif person.team:
        zone, starts, ends = person.team.zone, person.team.opens, person.team.closes
    else:
        return False, "no working hours known"
    there = now.astimezone(ZoneInfo(zone))
    if there.weekday() < SATURDAY and starts <= there.time() < ends:
        return True, f"on shift until {ends:%H:%M}"
    return False, f"off shift, works {starts:%H:%M} to {ends:%H:%M}"
