"""Complaints the sweep could not settle: kept in sight, and tried again when somebody says so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from complaints.errors import NotVisible
from complaints.services.story import lock
from escalations import policy
from escalations.models import SetAside
from users.models import User


def keep_aside(complaint_id: int, error: Exception, *, at: datetime) -> SetAside:
    """Write down that this complaint could not be settled, and why. The caller holds its lock."""
    said = f"{type(error).__name__}: {error}".replace("\x00", "")[:500]
    kept, fresh = SetAside.objects.get_or_create(
        complaint_id=complaint_id, defaults={"since": at, "tried_at": at, "error": said}
    )
    if not fresh:
        kept.tries, kept.tried_at, kept.error = F("tries") + 1, at, said
        kept.save(update_fields=["tries", "tried_at", "error"])
    return kept


@transaction.atomic
def retry(complaint_id: int, *, actor: User, at: datetime) -> SetAside:
    """Let the next sweep look at it, now that somebody has mended it or wants to know."""
    complaint = lock(complaint_id)
    policy.require_decider(actor, complaint)
    kept = SetAside.objects.filter(complaint=complaint).first()
    if kept is None:
        raise NotVisible("This complaint is not set aside; the sweep has settled it.")
    complaint.next_check_at = at
    complaint.save(update_fields=["next_check_at"])
    return kept
