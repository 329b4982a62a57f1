"""What is finished goes after its time: logs of deliveries, and mails to staff. What is not finished stays.

A letter's mail stays as long as the letter: it is the proof that it was sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from correspondence.models import BadAddress, Delivery, DeliveryState, MailState, OutboundMail

# Rows of one transaction, and transactions of one run: a year that was never purged goes in a few nights, unnoticed.
BATCH, MOST = 2_000, 50


def purge_deliveries(now: datetime) -> int:
    """Remove deliveries that arrived, or were given up and told of, and their tries; return how many."""
    done = Q(state=DeliveryState.DELIVERED) | Q(state=DeliveryState.DEAD, told_at__isnull=False)
    return in_batches(Delivery.objects.filter(done), "created_at", settings.KEEP_DELIVERIES_DAYS, now)


def purge_mail(now: datetime) -> int:
    """Remove mails to staff that went out, alone or in a list; return how many."""
    old = OutboundMail.objects.filter(letter=None, state__in=[MailState.SENT, MailState.LISTED])
    # A mail that stands in a list goes with or before its list; one that shows why an address is marked stays.
    lists = OutboundMail.objects.filter(listed_in=OuterRef("pk"))
    shows = BadAddress.objects.filter(mail=OuterRef("pk"))
    return in_batches(old.exclude(Exists(lists)).exclude(Exists(shows)), "created_at", settings.KEEP_MAIL_DAYS, now)


def in_batches(
    rows: QuerySet[Any], moment: str, days: int, now: datetime, *, most: int = MOST, batch: int = BATCH
) -> int:
    """Delete those of these rows whose moment is so many days past, a transaction per batch; 0 days keep all."""
    if days <= 0:
        return 0
    old, gone = rows.filter(**{f"{moment}__lt": now - timedelta(days=days)}).order_by(moment), 0
    for _ in range(most):
        removed = _batch(old, batch)
        gone += removed
        if removed < batch:
            break
    return gone


@transaction.atomic
def _batch(rows: QuerySet[Any], batch: int) -> int:
    # What somebody replays or marks at this moment is theirs.
    keys = list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:batch])
    rows.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)
