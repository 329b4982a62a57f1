"""Where a complaint stands in the list a person came from, and what comes before and after it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from complaints.models import Complaint
from complaints.queues import CAP, Cursor, Filters, Keys, Scalar, branches, capped, in_one, listing, nearest, scalar
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
    """Return the complaint's place in the list the address names, in its order; None when it names none."""
    if "view" not in asked:
        return None
    filters = Filters.of(asked)
    found, order = listing(user, filters).found, filters.order
    value = getattr(complaint, order.column)
    back, forth = Cursor(value, complaint.pk, backwards=True), Cursor(value, complaint.pk)
    previous, following, ahead, total = in_one(
        [
            _reference(nearest(found, order, back, 0)),
            _reference(nearest(found, order, forth, 0)),
            capped(branches(found, order, back, CAP - 1)),
            capped([one.order_by().values("pk") for one in found]),
        ]
    )
    return Place(number=min(ahead + 1, CAP), total=total, previous=previous, next=following)


def _reference(keys: Keys) -> Scalar:
    return scalar("min(reference)", "''", Complaint.objects.filter(pk__in=keys).values("reference"))
