"""A form or a call does its work once, however often it is sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import connection, transaction
from django.http import HttpResponse

from complaints.errors import Refused
from complaints.models import Submission
from users.models import User

# Whoever sends a form or a call again after a day looks at the case first.
KEPT = timedelta(days=1)
IN_FLIGHT = "The call with this Idempotency-Key is still being worked on. Send it again in a moment."


def key_of(text: str) -> UUID | None:
    """Return the form's key; None where it has none that can be read."""
    try:
        return UUID(text)
    except ValueError:
        return None


def key_of_call(text: str) -> UUID:
    """Return what is kept of a call's key; never the key of a form."""
    return uuid5(NAMESPACE_URL, f"call:{text}")


def claim(key: UUID, *, actor: User, at: datetime, digest: str = "") -> Submission | None:
    """Take the key for this transaction; return what came of it when it did its work before.

    The row is the lock: sent twice at once, the second waits here until the first is done or undone.
    """
    with transaction.atomic():
        found, first = Submission.objects.get_or_create(user=actor, key=key, defaults={"at": at, "digest": digest})
    if not first:
        return found
    Submission.objects.filter(user=actor, at__lt=at - KEPT).delete()
    return None


def refuse_in_flight(key: UUID, *, actor: User) -> None:
    """Refuse while another transaction works on this call: a program is told at once, it does not wait for itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{actor.pk}:{key}"])
        if not cursor.fetchone()[0]:
            raise Refused(IN_FLIGHT)


def keep_answer(key: UUID, *, actor: User, status: int, answer: str) -> None:
    """Keep what the form or the call was answered, to answer it again."""
    Submission.objects.filter(user=actor, key=key).update(status=status, answer=answer)


def release(key: UUID, *, actor: User) -> None:
    """Give the key back: what was refused may be tried again with it."""
    Submission.objects.filter(user=actor, key=key).delete()


def done_here(answer: HttpResponse) -> HttpResponse:
    """Mark a page that itself is the answer to a form that did its work; most forms lead to another page."""
    answer.did_its_work = True  # type: ignore[attr-defined]
    return answer
