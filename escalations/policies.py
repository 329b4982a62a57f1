"""How long an escalation waits to be taken before it goes up the line. Counted in the working time of its team."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from escalations.models import Reason
from users.models import Team

# Nobody is woken for these: the law's own limits are the sweep's business, who looks at them is ours.
TAKEN_WITHIN: dict[str, timedelta] = {
    Reason.MISSED: timedelta(hours=2),
    Reason.UNASSIGNED: timedelta(hours=2),
    Reason.MANUAL: timedelta(hours=4),
    Reason.AT_RISK: timedelta(hours=4),
}
# So many times it may go up before every admin is told.
HIGHEST = 4
HOUSE = ("UTC", time(9), time(17, 30))
SATURDAY = 5


def climbs_at(reason: str, team: Team | None, *, at: datetime) -> datetime | None:
    """Return when an escalation raised at this moment goes up the line unless somebody takes it; None for never."""
    wait = TAKEN_WITHIN.get(reason)
    return after_working(wait, team, at=at) if wait else None


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
