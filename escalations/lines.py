"""Telling staff of what is no escalation: a line on the bell, and a mail as each person chose to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from complaints.services.sets import insert
from correspondence.models import OutboundMail
from correspondence.wishes import When, when_to_mail, wishes_of
from escalations.models import Notice
from users.models import User


@dataclass(frozen=True, slots=True)
class Line:
    """One person and what they are told; the key keeps it from coming twice."""

    user: User
    key: str
    text: str
    subject: str
    # Within this site, without its name.
    page: str
    complaint: int | None = None


def tell_lines(lines: Sequence[Line], *, at: datetime) -> None:
    """Write the notices and the mails that are not yet there, in the transaction that made them true."""
    if not lines:
        return
    insert(
        Notice,
        {
            "user_id": [line.user.pk for line in lines],
            "complaint_id": [line.complaint for line in lines],
            "text": [line.text[:300] for line in lines],
            "page": [line.page for line in lines],
            "dedupe_key": [line.key for line in lines],
            "created_at": at,
        },
        or_leave=True,
    )
    wishes = wishes_of(line.user for line in lines)
    timed = [(line, when_to_mail(wishes[line.user.pk], line.user.zone, urgent=False, at=at)) for line in lines]
    _mail([(line, when) for line, when in timed if when], at=at)


def _mail(timed: Sequence[tuple[Line, When]], *, at: datetime) -> None:
    site = settings.SITE_URL.rstrip("/")
    insert(
        OutboundMail,
        {
            "message_id": [f"{line.key}-{line.user.pk}@redress" for line, _ in timed],
            "to": [line.user.email for line, _ in timed],
            "subject": [line.subject for line, _ in timed],
            "body": [f"{line.text}\n\n{site}{line.page}\n" for line, _ in timed],
            "person_id": [line.user.pk for line, _ in timed],
            "gathers": [when.gathers for _, when in timed],
            "next_attempt_at": [when.at for _, when in timed],
            "created_at": at,
        },
        # The Message-ID makes a repeat harmless.
        or_leave=True,
    )
