"""When a team has worked so long. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from users.models import Team

HOUSE = ("UTC", time(9), time(17, 30))
SATURDAY = 5


def after_working(wait: timedelta, team: Team | None, *, at: datetime) -> datetime:
    """Return the moment at which the team has worked this long, Monday to Friday within its hours (UTC)."""
    name, opens, closes = (team.zone, team.opens, team.closes) if team else HOUSE
    zone = ZoneInfo(name)
    day = at.astimezone(zone).date()
    while True:
        # Through UTC: a clock change within the day must not make the day longer or shorter than it is.
        start = max(datetime.combine(day, opens, zone).astimezone(ZoneInfo("UTC")), at)
        end = datetime.combine(day, closes, zone).astimezone(ZoneInfo("UTC"))
        if day.weekday() < SATURDAY and start < end:
            if start + wait <= end:
                return start + wait
            wait -= end - start
        day += timedelta(days=1)


def is_working(team: Team | None, *, at: datetime) -> bool:
    """Say whether the team is at work at this moment: on shift."""
    name, opens, closes = (team.zone, team.opens, team.closes) if team else HOUSE
    local = at.astimezone(ZoneInfo(name))
    return local.weekday() < SATURDAY and opens <= local.time() < closes
