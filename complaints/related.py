"""Earlier complaints of the same customer, and which of them may be the same complaint again, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.search import TrigramSimilarity

from complaints import policy
from complaints.models import Complainant, Complaint
from users.models import User

SHOWN = 6
# Of a name that more people than this have, the name says nothing.
ENOUGH = 200
AGAIN_WITHIN = timedelta(days=90)
ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Related:
    """Another complaint, why it is shown, and whether the two may be one."""

    complaint: Complaint
    reason: str
    may_be_same: bool


def related(user: User, complaint: Complaint, *, now: datetime) -> list[Related]:
    """Return the customer's other complaints this person may see, possible duplicates first. One statement."""
    customer = complaint.complainant
    # Each by its own index; an "or" over them would read every customer there is.
    same = Complainant.objects.filter(pk=customer.pk).values("pk")
    if customer.email:
        same = same.union(Complainant.objects.filter(email__iexact=customer.email).exclude(email="").values("pk"))
    # Imported customers have no name of their own; one name shared by everybody relates nobody.
    if not complaint.imported:
        same = same.union(Complainant.objects.filter(name__iexact=customer.name).values("pk")[:ENOUGH])
    rows = (
        policy.visible(user)
        .filter(complainant__in=same)
        .exclude(pk=complaint.pk)
        .annotate(likeness=TrigramSimilarity("subject", complaint.subject))
        .select_related("complainant")
        .order_by("-received_at")[:SHOWN]
    )
    found = [_told(complaint, row, row.likeness) for row in rows]
    return sorted(found, key=lambda one: not one.may_be_same)


def _told(complaint: Complaint, other: Complaint, likeness: float) -> Related:
    email = complaint.complainant.email
    by = "Same e-mail address" if email and other.complainant.email.lower() == email.lower() else "Same name"
    near = abs(other.received_at - complaint.received_at) <= AGAIN_WITHIN
    again = likeness >= ALIKE and near and not (other.is_finished or complaint.is_finished)
    days = abs(other.received_at - complaint.received_at).days
    apart = "received on the same day" if not days else f"received {days} day{'s' if days > 1 else ''} apart"
    return Related(other, f"{by}, a subject alike, {apart}" if again else by, again)
