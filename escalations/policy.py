"""Who may see and do what to an escalation. An escalation is seen by whoever sees its complaint."""

from __future__ import annotations

from django.db.models import QuerySet

from complaints import policy as complaints
from complaints.errors import NotAllowed, NotVisible
from complaints.models import Complaint, Review
from escalations.models import Escalation, Notice, SetAside
from users.models import Role, User
from users.policy import EVERYONE, HANDLERS, LEADS, OVERSEERS, Access

DECIDERS = frozenset({Role.LEAD, Role.ADMIN})
# What a page shows of an escalation, read in one question.
SHOWN = ("complaint__owner", "clock__complaint__respondent", "assigned_to", "raised_by")
RECEIVERS = EVERYONE - {Role.AUDITOR}

ROUTES: dict[str, Access] = {
    "escalations:queue": Access(read=EVERYONE),
    "escalations:detail": Access(read=EVERYONE),
    "escalations:take": Access(write=DECIDERS),
    "escalations:reassign": Access(write=DECIDERS),
    "escalations:resolve": Access(write=DECIDERS),
    "escalations:deescalate": Access(write=DECIDERS),
    "escalations:lower": Access(write=DECIDERS),
    "escalations:hand_back": Access(write=DECIDERS),
    "escalations:watch": Access(write=RECEIVERS),
    "escalations:unwatch": Access(write=RECEIVERS),
    "escalations:assign": Access(write=LEADS),
    "escalations:approve": Access(write=LEADS),
    "escalations:send_back": Access(write=LEADS),
    "escalations:raise": Access(read=HANDLERS, write=HANDLERS),
    "escalations:notices": Access(read=EVERYONE),
    "escalations:notice_read": Access(write=RECEIVERS),
    "escalations:notice_open": Access(write=RECEIVERS),
    "escalations:mail_wish": Access(read=RECEIVERS, write=RECEIVERS),
    "escalations:my_address": Access(write=RECEIVERS),
    "escalations:notices_read": Access(write=RECEIVERS),
    "escalations:health": Access(read=OVERSEERS),
    "escalations:retry": Access(write=DECIDERS),
}


def visible(user: User) -> QuerySet[Escalation]:
    """Return the escalations of the complaints that exist for this person."""
    if user.role in {Role.ADMIN, Role.AUDITOR} and user.is_active:
        return Escalation.objects.all()
    return Escalation.objects.filter(complaint__in=complaints.visible(user))


def get_visible(user: User, *, pk: int) -> Escalation:
    """Return the escalation with this number, or raise NotVisible."""
    found = visible(user).select_related(*SHOWN).filter(pk=pk).first()
    if found is None:
        raise NotVisible("This escalation does not exist.")
    return found


def set_aside(user: User) -> QuerySet[SetAside]:
    """Return what the sweep could not settle, of the complaints that exist for this person."""
    return SetAside.objects.filter(complaint__in=complaints.visible(user))


def reviews(user: User) -> QuerySet[Review]:
    """Return the reviews of the complaints that exist for this person."""
    return Review.objects.filter(complaint__in=complaints.visible(user))


def notices(user: User) -> QuerySet[Notice]:
    """Return what this person was told. Nobody reads another's list."""
    return Notice.objects.filter(user=user)


def may_decide(user: User) -> bool:
    """Return whether this person takes, reassigns and resolves escalations."""
    return user.is_active and user.role in DECIDERS


def require_decider(user: User, complaint: Complaint) -> None:
    """Raise NotVisible or NotAllowed unless this person decides on escalations of this complaint."""
    if not complaints.is_visible(user, complaint):
        raise NotVisible("This complaint does not exist.")
    if not may_decide(user):
        raise NotAllowed("Only a lead or an admin decides on escalations. Ask your lead.")
