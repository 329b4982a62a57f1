"""Who watches the sweep: an hourly limit that must be missed, a pulse, and a word to the admins when either fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from complaints.services.sets import insert
from correspondence import mailbox
from correspondence.models import OutboundMail
from escalations.channels import RETURNED
from escalations.health import Health, health
from escalations.models import Canary, Notice, Pulse
from users.models import Role, User

log = logging.getLogger("redress.outbox")
SWEEP = "sweep"
BEAT = timedelta(seconds=1)
KEPT = timedelta(days=30)


@transaction.atomic
def swept(now: datetime) -> None:
    """Say that everything due at this moment was looked at; the hour's canary has its outcome with it."""
    # Written at most once a second, for a sweep may come four times; an older one does not turn the pulse back.
    if not Pulse.objects.filter(name=SWEEP, at__lte=now - BEAT).update(at=now):
        insert(Pulse, {"name": [SWEEP], "at": now}, or_leave=True)
    Canary.objects.filter(due_at__lte=now, outcome_at=None).update(outcome_at=now)


def read_returned(clock: Callable[[], datetime]) -> mailbox.Read:
    """Read the mailbox for returned mail, and say that it was; one that is away is tried again by the next call."""
    if not mailbox.configured():
        return mailbox.Read()
    try:
        found = mailbox.read(clock)
    except mailbox.MailboxAway as away:
        log.warning("%s", away)
        return mailbox.Read()
    Pulse.objects.update_or_create(name=RETURNED, defaults={"at": clock()})
    return found


@transaction.atomic
def watch(now: datetime) -> Health:
    """Put out the next canary, and tell every admin, once an hour, when limits may pass unseen."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    insert(Canary, {"due_at": [hour + timedelta(hours=1)]}, or_leave=True)
    Canary.objects.filter(due_at__lt=now - KEPT).delete()
    seen = health(now)
    if seen.trouble:
        _tell_admins(seen.trouble, key=f"watch-{hour:%Y%m%dT%H}", at=now)
    return seen


def _tell_admins(words: str, *, key: str, at: datetime) -> None:
    admins = list(User.objects.filter(is_active=True, role=Role.ADMIN).order_by("pk"))
    page = settings.SITE_URL.rstrip("/") + reverse("escalations:health")
    # The key and the Message-ID make the second telling of an hour harmless.
    insert(
        Notice,
        {"user_id": [admin.pk for admin in admins], "text": words[:300], "dedupe_key": key, "created_at": at},
        or_leave=True,
    )
    insert(
        OutboundMail,
        {
            "message_id": [f"{key}-{admin.pk}@redress" for admin in admins],
            "to": [admin.email for admin in admins],
            "subject": "Limits may pass unseen",
            "body": f"{words}\n\n{page}\n",
            "next_attempt_at": at,
            "created_at": at,
        },
        or_leave=True,
    )
