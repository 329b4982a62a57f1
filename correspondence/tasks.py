"""What Celery may ask of this room. A task only says "look now"."""

from __future__ import annotations

from celery import shared_task

from correspondence.dispatch import dispatch as send_what_is_due
from correspondence.webhooks.dispatch import deliver as deliver_what_waits
from users import clock


@shared_task(name="correspondence.tasks.dispatch")
def dispatch() -> None:
    """Send the mail that waits."""
    send_what_is_due(clock.now())


@shared_task(name="correspondence.tasks.deliver")
def deliver() -> None:
    """Deliver what waits for other systems."""
    deliver_what_waits(clock.now)
