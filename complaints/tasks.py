"""What the worker runs. The message only says "look now"; what is to be done is a row."""

from __future__ import annotations

from celery import shared_task

from complaints.services.following import follow
from complaints.services.obeying import obey
from complaints.studio.rehearsing import rehearse as rehearse_now
from users import clock


@shared_task(name="complaints.tasks.follow_new_law")
def follow_new_law() -> None:
    """Bring open complaints up to the newest published law, and to the newest escalation policy."""
    follow(clock.now())
    obey(clock.now())


@shared_task(name="complaints.tasks.rehearse")
def rehearse() -> None:
    """Go on with the rehearsals somebody asked for."""
    rehearse_now(clock.now)
