"""What the worker runs for the desks."""

from __future__ import annotations

from celery import shared_task

from escalations.desk.giving import give_by_itself
from users import clock


@shared_task(name="escalations.desk.tasks.give")
def give() -> None:
    """Give new arrivals in the teams that want it so."""
    give_by_itself(at=clock.now())
