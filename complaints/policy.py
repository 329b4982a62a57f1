"""Who may see and do what to a complaint. The only place that decides."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from complaints.errors import NotAllowed, NotVisible
from complaints.models import Complaint
from users.models import Role, User

HANDLERS = frozenset({Role.SPECIALIST, Role.LEAD})
LEADS = frozenset({Role.LEAD})
ACTIONS: dict[str, frozenset[Role]] = {
    "register": HANDLERS,
    "assign": HANDLERS,
    "note": HANDLERS,
    "triage": HANDLERS,
    "investigate": HANDLERS,
    "review": LEADS,
}


def visible(user: User) -> QuerySet[Complaint]:
    """Return the complaints that exist for this person: admins and auditors see all, others their team's and the unrouted."""
    if not user.is_active:
        return Complaint.objects.none()
    if user.role in {Role.ADMIN, Role.AUDITOR}:
        return Complaint.objects.all()
    return Complaint.objects.filter(
        Q(owner=user) | Q(team__isnull=True) | (Q(team=user.team_id) if user.team_id else Q(pk__in=[]))
    )


def get_visible(user: User, *, reference: str) -> Complaint:
    """Return the complaint with this reference, or raise NotVisible."""
    complaint = visible(user).filter(reference=reference).first()
    if complaint is None:
        raise NotVisible("This complaint does not exist.")
    return complaint


def require(user: User, action: str, complaint: Complaint | None = None) -> None:
    """Raise NotVisible or NotAllowed unless this person may do this; an unknown action is refused."""
    if complaint is not None and not visible(user).filter(pk=complaint.pk).exists():
        raise NotVisible("This complaint does not exist.")
    if user.role not in ACTIONS.get(action, frozenset()):
        raise NotAllowed("Your role may not do this. Ask a team lead.")
