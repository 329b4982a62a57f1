"""Work on a complaint: sort it, give it to somebody, write on it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from complaints import policy
from complaints.errors import Refused
from complaints.models import Category, Complaint, Kind
from complaints.services.story import lock, record
from users.models import User


@transaction.atomic
def triage(
    complaint_id: int, *, category: Category, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Say what the complaint is about, so that the right law applies before the acknowledgement goes out."""
    complaint = lock(complaint_id, version=version)
    policy.require(actor, "triage", complaint)
    if not can_proceed(complaint.triage):
        raise Refused("Only a complaint that was just received can be triaged.")
    complaint.triage()
    complaint.category = category
    complaint.complaint_class = [category.complaint_class]
    complaint.state_since = at
    record(complaint, Kind.TRIAGED, actor=actor, at=at, category=str(category))
    return _saved(complaint)


@transaction.atomic
def assign(complaint_id: int, *, owner: User, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Give the complaint to somebody who handles complaints."""
    complaint = lock(complaint_id, version=version)
    policy.require(actor, "assign", complaint)
    if not owner.is_active or owner.role not in policy.HANDLERS:
        raise Refused(f"{owner.name} does not handle complaints. Choose a specialist or a lead.")
    complaint.owner = owner
    record(complaint, Kind.ASSIGNED, actor=actor, at=at, owner=owner.pk)
    return _saved(complaint)


@transaction.atomic
def note(complaint_id: int, *, text: str, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Write an internal note."""
    complaint = lock(complaint_id, version=version)
    policy.require(actor, "note", complaint)
    if not text.strip():
        raise Refused("Write something first.")
    record(complaint, Kind.NOTED, actor=actor, at=at, text=text)
    return _saved(complaint)


def _saved(complaint: Complaint) -> Complaint:
    """Save the complaint as its next version."""
    complaint.version += 1
    complaint.save()
    return complaint
