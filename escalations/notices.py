"""Telling staff: a line in their list, and a mail in the outbox, in the transaction that made it true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from complaints.services.sets import insert
from correspondence.models import OutboundMail
from correspondence.wishes import When, when_to_mail, wishes_of
from escalations.models import Escalation, Notice, Reason
from users.models import User

# A number that stands for any in an address, and the words for each reason.
ANY = 1234567890
REASONS = dict(Reason.choices)


@dataclass(frozen=True, slots=True)
class Telling:
    """One person to be told of one escalation; the key keeps it from coming twice."""

    user: User
    escalation: Escalation
    key: str
    by_mail: bool
    # A mail that waits until the person's quiet hours are over; the line in the app does not.
    not_before: datetime | None = None


def tell(tellings: Iterable[Telling], *, at: datetime) -> None:
    """Write the notices and the mails that are not yet there."""
    tellings = list(tellings)
    # One notice per person and key: a repeat finds the row already there.
    insert(
        Notice,
        {
            "user_id": [told.user.pk for told in tellings],
            "escalation_id": [told.escalation.pk for told in tellings],
            "complaint_id": [told.escalation.complaint_id for told in tellings],
            "text": [f"{told.escalation.complaint.reference}: {told.escalation.text}"[:300] for told in tellings],
            "dedupe_key": [told.key for told in tellings],
            "created_at": at,
        },
        or_leave=True,
    )
    _mail([told for told in tellings if told.by_mail], at=at)


def mark_read(notice: Notice, *, at: datetime) -> Notice:
    """Take the line off the bell; reading it again changes nothing."""
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(user: User, *, at: datetime) -> int:
    """Take everything off this person's bell, and return how many lines it was."""
    return Notice.objects.filter(user=user, read_at=None).update(read_at=at)


def _mail(tellings: Sequence[Telling], *, at: datetime) -> None:
    """Put the mails into the outbox, set-wise: at midnight thousands fall due at once."""
    # Asking for the address of each would cost more than all else here.
    page = settings.SITE_URL.rstrip("/") + reverse("escalations:detail", args=[ANY]).replace(str(ANY), "{}")
    timed = _timed(tellings, at)
    about = [told.escalation for told, _ in timed]
    insert(
        OutboundMail,
        {
            "message_id": [f"{told.key}-{told.user.pk}@redress" for told, _ in timed],
            "to": [told.user.email for told, _ in timed],
            "subject": [f"{REASONS[one.reason]}: {one.complaint.reference}" for one in about],
            "body": [f"{one.text}\n\n{page.format(one.pk)}\n" for one in about],
            "person_id": [told.user.pk for told, _ in timed],
            "urgent": [one.reason == Reason.MISSED for one in about],
            "gathers": [when.gathers for _, when in timed],
            "next_attempt_at": [max(when.at, told.not_before or when.at) for told, when in timed],
            "created_at": at,
        },
        # The Message-ID makes a repeat harmless.
        or_leave=True,
    )


def _timed(tellings: Sequence[Telling], at: datetime) -> list[tuple[Telling, When]]:
    """Return who is told by mail, and when: each as they wish it, worked out once per person and urgency."""
    wishes = wishes_of({told.user.pk: told.user for told in tellings}.values()) if tellings else {}
    known: dict[tuple[int, bool], When | None] = {}
    timed = []
    for told in tellings:
        which = (told.user.pk, told.escalation.reason == Reason.MISSED)
        if which not in known:
            known[which] = when_to_mail(wishes[told.user.pk], told.user.zone, urgent=which[1], at=at)
        if when := known[which]:
            timed.append((told, when))
    return timed
