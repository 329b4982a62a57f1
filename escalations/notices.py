"""Telling staff: a line in their list, and a mail in the outbox, in the transaction that made it true."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from complaints.services.sets import insert
from correspondence.models import OutboundMail
from escalations.models import Escalation, Notice
from users.models import User


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
        [
            Notice(
                user=told.user, escalation=told.escalation, complaint=told.escalation.complaint,
                text=_text(told.escalation), dedupe_key=told.key, created_at=at,
            )
            for told in tellings
        ],
        or_leave=True,
    )  # fmt: skip
    # As rows of the outbox, set-wise: at midnight hundreds fall due at once. The Message-ID makes a repeat harmless.
    insert([_mail(told, at=at) for told in tellings if told.by_mail], or_leave=True)


def mark_read(notice: Notice, *, at: datetime) -> Notice:
    """Take the line off the bell; reading it again changes nothing."""
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(user: User, *, at: datetime) -> int:
    """Take everything off this person's bell, and return how many lines it was."""
    return Notice.objects.filter(user=user, read_at=None).update(read_at=at)


def _mail(told: Telling, *, at: datetime) -> OutboundMail:
    escalation = told.escalation
    address = settings.SITE_URL.rstrip("/") + reverse("escalations:detail", args=[escalation.pk])
    return OutboundMail(
        message_id=f"{told.key}-{told.user.pk}@redress",
        to=told.user.email,
        subject=f"{escalation.get_reason_display()}: {escalation.complaint.reference}",
        body=f"{escalation.text}\n\n{address}\n",
        next_attempt_at=at,
        created_at=at,
    )


def _text(escalation: Escalation) -> str:
    return f"{escalation.complaint.reference}: {escalation.text}"[:300]
