"""Several mails to one person become one with a list: those that waited for it, and storms. None is ever lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from correspondence.models import MailState, OutboundMail

# So many mails one person gets on their own within the window; what comes on top comes in a list.
STORM = 5
WINDOW = timedelta(minutes=5)
# Lines of one list. More would be a mail that no program likes to open.
LINES = 500


@dataclass(frozen=True, slots=True)
class Lately:
    """What one person was sent within the window: how many mails, and when the last list went out."""

    mails: int = 0
    list_at: datetime | None = None


def gather(now: datetime) -> int:
    """Make lists of what is due for one person and is more than they should get singly; return how many lists."""
    due = _due(now).values("person").annotate(number=Count("pk"), waited=Count("pk", filter=Q(gathers=True)))
    asked = {row["person"]: row for row in due.order_by("person")}
    if not asked:
        return 0
    lately = _lately(asked, now)
    made = 0
    for person, row in asked.items():
        before = lately.get(person, Lately())
        if row["number"] + before.mails > STORM or (row["waited"] and row["number"] > 1):
            made += _gather_one(person, before, now)
    return made


def _due(now: datetime) -> QuerySet[OutboundMail]:
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return OutboundMail.objects.filter(
        free, state=MailState.QUEUED, next_attempt_at__lte=now, person__isnull=False, of_many=0
    )


def _lately(people: Collection[int], now: datetime) -> dict[int, Lately]:
    sent = OutboundMail.objects.filter(person__in=list(people), sent_at__gt=now - WINDOW).values("person")
    counted = sent.annotate(mails=Count("pk"), list_at=Max("sent_at", filter=Q(of_many__gt=0)))
    return {row["person"]: Lately(row["mails"], row["list_at"]) for row in counted}


@transaction.atomic
def _gather_one(person: int, lately: Lately, now: datetime) -> int:
    """Put this person's due mails into lists, or let them wait until the window of the last list is over."""
    # What another dispatcher holds goes its own way.
    rows = list(_due(now).filter(person=person).select_for_update(skip_locked=True).order_by("-urgent", "pk"))
    if not rows:
        return 0
    if lately.list_at is not None:
        OutboundMail.objects.filter(pk__in=[row.pk for row in rows]).update(
            next_attempt_at=lately.list_at + WINDOW, gathers=True
        )
        return 0
    if len(rows) == 1:
        # Nothing to put together. It begins the window, so that what follows within it comes in one list.
        OutboundMail.objects.filter(pk=rows[0].pk).update(of_many=1)
        return 0
    parts = [rows[start : start + LINES] for start in range(0, len(rows), LINES)]
    for part in parts:
        _list(part, person, now)
    return len(parts)


def _list(rows: Sequence[OutboundMail], person: int, now: datetime) -> OutboundMail:
    numbers = sorted(row.pk for row in rows)
    missed = [row for row in rows if row.urgent]
    others = [row for row in rows if not row.urgent]
    made = OutboundMail.objects.create(
        # From what is in it: the same mails never make two lists.
        message_id=f"list-{person}-{numbers[0]}-{numbers[-1]}-{len(rows)}@redress", to=rows[0].to,
        subject=_subject(len(missed), len(others)), body=_body(missed, others), person_id=person, of_many=len(rows),
        urgent=bool(missed), next_attempt_at=now, created_at=now,
    )  # fmt: skip
    OutboundMail.objects.filter(pk__in=numbers).update(state=MailState.LISTED, listed_in=made)
    return made


def _subject(missed: int, others: int) -> str:
    if not missed:
        return f"{others} notices"
    said = f"{missed} missed limit{'s' if missed > 1 else ''}"
    return f"{said} and {others} other notice{'s' if others > 1 else ''}" if others else said


def _body(missed: Sequence[OutboundMail], others: Sequence[OutboundMail]) -> str:
    """Return the list, what was missed first. A mail's own text ends with its link."""
    said = []
    for title, rows in (("Missed", missed), ("Other notices", others)):
        if rows:
            lines = [f"{row.subject}\n{row.body.strip()}" for row in rows]
            said.append("\n\n".join([f"{title} ({len(rows)})", *lines]))
    return "\n\n\n".join(said) + "\n"
