"""What the worker runs. The message only says "look now"; what is due is a row."""

from __future__ import annotations

from celery import shared_task

from escalations import watch as watching
from escalations.climbing import climb
from escalations.mentions import tell_of_mentions
from escalations.overdue import tell_of_overdue_tasks
from escalations.studio.rehearsing import rehearse as rehearse_now
from escalations.sweep import sweep_batch
from escalations.undelivered import tell_of_dead_deliveries, tell_of_failed_mail
from users import clock


@shared_task(name="escalations.tasks.sweep")
def sweep() -> None:
    """Settle everything that is due now, and let climb what nobody took; then tell of overdue tasks and who was named."""
    # Each batch is a unit of work of its own and reads the clock for itself: a burst may take a minute, and the
    # story says when something was written down, not when the burst began.
    while sweep_batch(clock.now()).complaints:
        pass
    watching.swept(clock.now())
    climb(clock.now())
    tell_of_overdue_tasks(clock.now())
    tell_of_mentions(clock.now())


@shared_task(name="escalations.tasks.watch")
def watch() -> None:
    """See that the sweep sweeps, and that nobody misses a mail that was given up."""
    watching.watch(clock.now())
    tell_of_failed_mail(clock.now())
    tell_of_dead_deliveries(clock.now())


@shared_task(name="escalations.tasks.rehearse")
def rehearse() -> None:
    """Go on with the rehearsals of the escalation policy that somebody asked for."""
    rehearse_now(clock.now)
