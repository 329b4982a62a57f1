"""Which other complaints belong with this one: those linked, and those that may, each with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q

from complaints import policy
from complaints.models import Complainant, Complaint, Dismissal, Link, LinkKind
from complaints.search import holding
from complaints.services.splitting import undo_refusal
from users.models import User

SHOWN = 6
# Of a name that more people than this have, the name says nothing.
ENOUGH = 200
AGAIN_WITHIN = timedelta(days=90)
ALIKE = 0.4
# A transaction's reference: capitals and figures in one word, at least four of them figures.
TRANSACTION = re.compile(r"\b(?=(?:[A-Z]*\d){4})[A-Z0-9]{8,24}\b")
MOST_TRANSACTIONS = 3
# A number that this many complaints name is a product or a phone line, no transaction.
TOO_COMMON = 10


@dataclass(frozen=True, slots=True)
class Linked:
    """A link as it is seen from one of its two complaints."""

    complaint: Complaint
    link: Link
    # Of a split, seen from the second complaint: why it cannot be undone; "" when it can.
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """Another complaint, why it is shown, and whether the two may be one."""

    complaint: Complaint
    reason: str
    may_be_same: bool
    kind: LinkKind


def linked(user: User, complaint: Complaint) -> list[Linked]:
    """Return the links to complaints this person may see, oldest first. One statement."""
    rows = Link.objects.filter(Q(complaint=complaint) | Q(other=complaint)).order_by("made_at", "pk")
    both = rows.select_related("complaint", "other", "made_by")
    seen = [_seen(complaint, row) for row in both]
    return [one for one in seen if policy.is_visible(user, one.complaint)]


def _seen(complaint: Complaint, row: Link) -> Linked:
    if row.complaint_id == complaint.pk:
        return Linked(row.other, row)
    return Linked(row.complaint, row, undo_refusal(complaint, row.complaint) if row.kind == LinkKind.SPLIT else None)


def suggested(user: User, complaint: Complaint) -> list[Related]:
    """Return what may belong with this complaint and that nobody has linked or dismissed; the likeliest first."""
    of_this = Q(complaint=complaint) | Q(other=complaint)
    said = [rows.objects.filter(of_this).order_by().values_list("complaint", "other") for rows in (Link, Dismissal)]
    settled = {pk for pair in said[0].union(said[1]) for pk in pair}
    found = {one.complaint.pk: one for one in [*of_customer(user, complaint), *of_transaction(user, complaint)]}
    open_questions = [one for pk, one in found.items() if pk not in settled]
    return sorted(open_questions, key=lambda one: (not one.may_be_same, one.kind == LinkKind.OTHER))[:SHOWN]


def of_transaction(user: User, complaint: Complaint) -> list[Related]:
    """Return other complaints that name the same transaction, by the index of their words."""
    names = list(dict.fromkeys(TRANSACTION.findall(f"{complaint.subject} {complaint.narrative}")))
    found: list[Related] = []
    for name in names[:MOST_TRANSACTIONS]:
        keys = holding(policy.visible(user).exclude(pk=complaint.pk), name, most=TOO_COMMON)
        if 0 < len(keys) < TOO_COMMON:
            others = Complaint.objects.filter(pk__in=keys).select_related("complainant").order_by("-received_at")
            rows = [row for row in others if name in _said(row)]
            found += [
                Related(row, f"Same transaction reference {name}", _same_person(complaint, row), LinkKind.SAME_INCIDENT)
                for row in rows
            ]
    return found


def _said(complaint: Complaint) -> list[str]:
    return TRANSACTION.findall(f"{complaint.subject} {complaint.narrative}")


def _same_person(complaint: Complaint, other: Complaint) -> bool:
    """Say whether the two may be merged: one customer, and neither has ended."""
    same = complaint.complainant.name.casefold() == other.complainant.name.casefold()
    return same and not (other.is_finished or complaint.is_finished)


def of_customer(user: User, complaint: Complaint) -> list[Related]:
    """Return the customer's other complaints this person may see, newest first. One statement."""
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
        .select_related("complainant", "category")
        .order_by("-received_at")[:SHOWN]
    )
    return [_told(complaint, row, row.likeness) for row in rows]


def _told(complaint: Complaint, other: Complaint, likeness: float) -> Related:
    email = complaint.complainant.email
    why = ["Same e-mail address" if email and other.complainant.email.lower() == email.lower() else "Same name"]
    if other.category.product == complaint.category.product:
        why.append("same product")
    near = abs(other.received_at - complaint.received_at) <= AGAIN_WITHIN
    again = likeness >= ALIKE and near and not (other.is_finished or complaint.is_finished)
    if again:
        why.append("a subject alike")
    why.append(_apart(other.received_at, complaint.received_at))
    return Related(other, ", ".join(why), again, LinkKind.DUPLICATE if again else LinkKind.OTHER)


def _apart(one: datetime, other: datetime) -> str:
    days = abs(one - other).days
    return f"received {days} day{'s' if days > 1 else ''} apart" if days else "received on the same day"
