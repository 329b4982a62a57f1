"""What the worker runs. The message only says "look now"; what is due is a row."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from escalations.sweep import sweep as sweep_now


@shared_task(name="escalations.tasks.sweep")
def sweep() -> None:
    """Settle everything that is due now."""
    sweep_now(timezone.now())
