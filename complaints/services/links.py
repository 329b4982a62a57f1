"""Say that two complaints belong together, that they no longer do, or that they never did."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from complaints.errors import Refused
from complaints.models import Complaint, Dismissal, Kind, Link, LinkKind
from complaints.models.links import SAID
from complaints.services.merging import lock_both
from complaints.services.step import begin, keep, words
from complaints.services.story import MOVED, record
from users.models import User


@transaction.atomic
def link(
    complaint_id: int,
    *,
    other: Complaint,
    kind: str,
    reason: str,
    actor: User,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Relate two complaints, with a kind and a reason; it stands in both stories."""
    complaint, there = _both(complaint_id, other, actor=actor, version=version)
    if kind not in dict(SAID):
        raise Refused("Choose how the two belong together.")
    if Link.objects.filter(of_pair(complaint, there)).exists():
        raise Refused(f"{there.reference} is already linked. Remove the link first to say something else.")
    said = words(reason)[:300]
    Link.objects.create(complaint=complaint, other=there, kind=kind, reason=said, made_by=actor, made_at=at)
    Dismissal.objects.filter(of_pair(complaint, there)).delete()
    record(complaint, Kind.LINKED, actor=actor, at=at, other=there.reference, link=str(kind), text=said)
    record(there, Kind.LINKED, actor=actor, at=at, other=complaint.reference, link=str(kind), text=said)
    # Nobody who writes on the other complaint just now is made to look again for this.
    there.save(update_fields=MOVED)
    return keep(complaint)


@transaction.atomic
def unlink(complaint_id: int, *, other: Complaint, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Take the link between two complaints away; both stories keep that it was there."""
    complaint, there = _both(complaint_id, other, actor=actor, version=version)
    rows = Link.objects.filter(of_pair(complaint, there))
    if rows.filter(kind=LinkKind.SPLIT).exists():
        raise Refused("The two were one complaint, and the link says so. Undo the split instead.")
    gone, _ = rows.delete()
    if not gone:
        raise Refused(f"{there.reference} is not linked to this complaint.")
    record(complaint, Kind.UNLINKED, actor=actor, at=at, other=there.reference)
    record(there, Kind.UNLINKED, actor=actor, at=at, other=complaint.reference)
    there.save(update_fields=MOVED)
    return keep(complaint)


@transaction.atomic
def dismiss(complaint_id: int, *, other: Complaint, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Say that a complaint that seemed related is not; it is not suggested again on either."""
    complaint, there = _both(complaint_id, other, actor=actor, version=version)
    if Link.objects.filter(of_pair(complaint, there)).exists():
        raise Refused(f"{there.reference} is linked. Remove the link first.")
    if not Dismissal.objects.filter(of_pair(complaint, there)).exists():
        Dismissal.objects.create(complaint=complaint, other=there, made_by=actor, made_at=at)
        record(complaint, Kind.NOT_RELATED, actor=actor, at=at, other=there.reference)
    return keep(complaint)


def of_pair(one: Complaint, other: Complaint) -> Q:
    """Return the condition of what was said of this pair, on whichever of the two."""
    return Q(complaint=one, other=other) | Q(complaint=other, other=one)


def _both(complaint_id: int, other: Complaint, *, actor: User, version: int | None) -> tuple[Complaint, Complaint]:
    """Return both complaints, locked; refuse when this person may not relate one of them."""
    if other.pk == complaint_id:
        raise Refused("A complaint cannot be related to itself. Give the reference of another.")
    lock_both(complaint_id, other.pk)
    return (
        begin(complaint_id, "relate", actor=actor, version=version),
        begin(other.pk, "relate", actor=actor, version=None),
    )
