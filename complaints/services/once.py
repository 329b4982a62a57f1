"""A form does its work once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from complaints.models import Complaint, Submission
from users.models import User

# Whoever sends a form again after a day looks at the case first.
KEPT = timedelta(days=1)


def key_of(text: str) -> UUID | None:
    """Return the form's key; None where it has none that can be read."""
    try:
        return UUID(text)
    except ValueError:
        return None


def was_done(key: UUID | None, *, actor: User) -> bool:
    """Say whether this form of this person did its work already."""
    return key is not None and Submission.objects.filter(user=actor, key=key).exists()


@transaction.atomic
def once(
    key: UUID | None, act: Callable[[], Complaint], *, complaint: Complaint, actor: User, at: datetime
) -> Complaint:
    """Act, unless this form did already; return the complaint. What is refused may be tried again with the same form."""
    if key is None:
        return act()
    # The row is the lock: sent twice at once, the second waits here until the first is done or undone.
    _, first = Submission.objects.get_or_create(user=actor, key=key, defaults={"complaint": complaint, "at": at})
    if not first:
        return complaint
    Submission.objects.filter(user=actor, at__lt=at - KEPT).delete()
    return act()
