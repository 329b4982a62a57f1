"""Where a complaint stands in the list a person came from, and what comes before and after it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from complaints.models import Complaint
from complaints.queues import CAP, Cursor, Filters, dated, listing, scalar, undated
from users.models import User


@dataclass(frozen=True, slots=True)
class Place:
    """The n-th of so many, each said up to the cap, with the references on either side; "" at an end."""

    number: int
    total: int
    previous: str
    next: str
    cap: int = CAP


def trail(asked: Mapping[str, str]) -> str:
    """Return the filters an address carries as the query of the next one; "" when it carries none."""
    return Filters.of(asked).query() if "view" in asked else ""


def place(user: User, asked: Mapping[str, str], complaint: Complaint) -> Place | None:
    """Return the complaint's place in the list the address names; None when it names none."""
    if "view" not in asked:
        return None
    found, (at, pk) = listing(user, Filters.of(asked)).found, (complaint.next_due_at, complaint.pk)
    back, forth = Cursor(at, pk, backwards=True), Cursor(at, pk)
    # Forwards, what has a limit comes first; backwards, what has none does.
    beside = [undated(found, back, 0), dated(found, back, 0), dated(found, forth, 0), undated(found, forth, 0)]
    parts = [scalar("min(reference)", "''", rows.values("reference")) for rows in beside]
    parts += [scalar("count(*)", "0", rows.order_by().values("pk")[:CAP]) for rows in (_ahead(found, back), found)]
    with connection.cursor() as cursor:
        sql = ", ".join(text for text, _ in parts)
        cursor.execute(f"SELECT {sql}", [value for _, values in parts for value in values])
        before, dated_before, after, undated_after, ahead, total = cursor.fetchone()
    return Place(ahead + 1, total, before or dated_before, after or undated_after)


def _ahead(found: QuerySet[Complaint], here: Cursor) -> QuerySet[Complaint]:
    """Return those that stand before this place."""
    if here.at is None:
        return found.filter(Q(next_due_at__isnull=False) | Q(pk__lt=here.pk))
    return found.filter(next_due_at__lte=here.at).filter(Q(next_due_at__lt=here.at) | Q(pk__lt=here.pk))
