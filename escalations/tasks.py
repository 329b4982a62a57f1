"""What the worker runs. The message only says "look now"; what is due is a row."""

from __future__ import annotations

from datetime import timedelta
from time import sleep

from celery import shared_task

from escalations import watch as watching
from escalations.climbing import climb
from escalations.mentions import tell_of_mentions
from escalations.overdue import tell_of_overdue_tasks
from escalations.purging import purge as purge_finished
from escalations.studio.rehearsing import rehearse as rehearse_now
from escalations.sweep import next_after, sweep_batch
from escalations.undelivered import tell_of_dead_deliveries, tell_of_failed_mail
from users import clock

# A worker that hears "look now" stays so long when something is about to fall due. Shorter than the time between two
# such words, so that even a house with one worker has time for all else.
AHEAD = timedelta(milliseconds=100)


@shared_task(name="escalations.tasks.sweep")
def sweep() -> None:
    """Settle everything that is due now, and let climb what nobody took; then tell of overdue tasks and who was named."""
    # Each batch is a unit of work of its own and reads the clock for itself: a burst may take a minute, and the
    # story says when something was written down, not when the burst began.
    heard = clock.now()
    while True:
        while sweep_batch(now := clock.now()).complaints:
            pass
        due = next_after(now)
        if due is None or due > heard + AHEAD:
            break
        # To the moment, not to the next word: most limits get their outcome within milliseconds.
        sleep(max((due - now).total_seconds(), 0.001))
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


@shared_task(name="escalations.tasks.purge")
def purge() -> None:
    """Remove what is finished and old enough."""
    purge_finished(clock.now())


@shared_task(name="escalations.tasks.returned")
def returned() -> None:
    """Read what came back in the mailbox for returned mail, when there is one."""
    watching.read_returned(clock.now)
