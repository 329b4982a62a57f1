"""Give a complaint to somebody. Who may ask for it is the caller's business."""

from __future__ import annotations

from datetime import datetime

from complaints import policy
from complaints.errors import Refused
from complaints.models import Complaint, Kind
from complaints.services.step import finish
from complaints.services.story import record
from users.models import User


def give(complaint: Complaint, *, owner: User, actor: User | None, at: datetime, why: str = "") -> Complaint:
    """Make somebody who handles complaints its owner; it moves to their team. The caller holds its lock."""
    if not owner.is_active or owner.role not in policy.HANDLERS:
        raise Refused(f"{owner.name} does not handle complaints. Choose a specialist or a lead.")
    complaint.owner = owner
    complaint.team = owner.team or complaint.team
    if why:
        record(complaint, Kind.ASSIGNED, actor=actor, at=at, owner=owner.pk, name=owner.name, text=why)
    else:
        record(complaint, Kind.ASSIGNED, actor=actor, at=at, owner=owner.pk, name=owner.name)
    return finish(complaint, at=at)
