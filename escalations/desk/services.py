"""How a lead sets the desk of a team."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from complaints.errors import Refused
from escalations.desk import policy
from escalations.desk.models import TeamDesk
from regulations import books
from users.models import Team, User


def desk_of(team: Team) -> TeamDesk:
    """Return how the team's desk is set; unsaved and as it comes when nobody has set it."""
    return TeamDesk.objects.filter(team=team).select_related("changed_by").first() or TeamDesk(team=team)


@transaction.atomic
def set_desk(
    team: Team, *, gives_by_itself: bool, a_day: int, calendar: str = "", actor: User, at: datetime
) -> TeamDesk:
    """Set whether new arrivals are given by themselves, how many limits a day are too many for one, and the days off."""
    policy.require_lead_of(actor, team)
    if calendar and calendar not in books.current().calendars:
        raise Refused(f"There is no calendar {calendar}. Choose one that is published.")
    told = {
        "gives_by_itself": gives_by_itself,
        "a_day": a_day,
        "calendar": calendar,
        "changed_by": actor,
        "changed_at": at,
    }
    return TeamDesk.objects.update_or_create(team=team, defaults=told)[0]
