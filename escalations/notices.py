"""Telling staff: a line in their list, and a mail in the outbox, in the transaction that made it true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from complaints.services.sets import insert
from correspondence.models import OutboundMail
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
    about = [told.escalation for told in tellings]
    insert(
        OutboundMail,
        {
            "message_id": [f"{told.key}-{told.user.pk}@redress" for told in tellings],
            "to": [told.user.email for told in tellings],
            "subject": [f"{REASONS[one.reason]}: {one.complaint.reference}" for one in about],
            "body": [f"{one.text}\n\n{page.format(one.pk)}\n" for one in about],
            "next_attempt_at": at,
            "created_at": at,
        },
        # The Message-ID makes a repeat harmless.
        or_leave=True,
    )
