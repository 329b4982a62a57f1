"""Who may use the desk. What somebody may do to one complaint is the complaints' own policy."""

from __future__ import annotations

from complaints.errors import NotAllowed, NotVisible
from users.models import Role, Team, User
from users.policy import EVERYONE, HANDLERS, LEADS, OVERSEERS, Access

SEES_ALL = frozenset({Role.ADMIN, Role.AUDITOR})
ROUTES: dict[str, Access] = {
    "desk:home": Access(read=EVERYONE),
    "desk:mine": Access(read=HANDLERS),
    "desk:behind": Access(read=OVERSEERS),
    "desk:board": Access(read=OVERSEERS),
    "desk:settings": Access(write=LEADS),
    "desk:person": Access(read=LEADS),
    "desk:reassign": Access(write=LEADS),
    "desk:distribute": Access(read=LEADS, write=LEADS),
    "desk:hand_overs": Access(read=EVERYONE),
    "desk:hand_over": Access(read=HANDLERS, write=HANDLERS),
    "desk:answer": Access(write=HANDLERS),
    "desk:withdraw": Access(write=HANDLERS),
    "desk:review": Access(read=OVERSEERS),
}


def teams(user: User) -> list[Team]:
    """Return the teams whose work this person oversees: their own, or all for who sees everything."""
    if user.role in SEES_ALL:
        return list(Team.objects.order_by("centre", "name"))
    return [user.team] if user.team else []


def require_lead_of(user: User, team: Team) -> None:
    """Raise NotVisible or NotAllowed unless this person leads this team."""
    if team not in teams(user):
        raise NotVisible("This team does not exist.")
    if not (user.is_active and user.is_lead):
        raise NotAllowed("Only the team's lead sets its desk.")
