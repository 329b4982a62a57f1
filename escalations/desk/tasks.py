"""What the worker runs for the desks."""

from __future__ import annotations

from celery import shared_task

from escalations.desk.absent import propose_for_absences
from escalations.desk.giving import give_by_itself
from users import clock


@shared_task(name="escalations.desk.tasks.give")
def give() -> None:
    """Tell leads whose work has to be handed over, then give new arrivals in the teams that want it so."""
    propose_for_absences(at=clock.now())
    give_by_itself(at=clock.now())
