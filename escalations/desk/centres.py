"""What time it is in each centre, as the head of the desk says it. One statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from users.models import Team, User

# More than these the head does not hold; a house with more centres has their zones on its teams' pages.
MOST = 6


@dataclass(frozen=True, slots=True)
class Centre:
    """One centre, and the day on its calendar."""

    name: str
    zone: str
    day: date
    # Whether its day is another than the reader's.
    another_day: bool


def centres(user: User, *, now: datetime) -> list[Centre]:
    """Return the centres with their local days, the reader's own place first."""
    today = now.astimezone(ZoneInfo(user.zone)).date()
    rows = Team.objects.order_by("centre", "zone").values_list("centre", "zone").distinct()
    found = [
        Centre(name, zone, day, day != today) for name, zone in rows for day in [now.astimezone(ZoneInfo(zone)).date()]
    ]
    return sorted(found, key=lambda one: one.zone != user.zone)[:MOST]
