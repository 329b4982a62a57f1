"""The Celery app, and the one table of what runs by itself.

Celery only says "look now". What is due is a row in PostgreSQL; a lost, late or doubled
message changes nothing (shared idea 5: PostgreSQL is the truth).
"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# How old a "look now" may be when a worker hears it. Not shorter: a worker whose clock is fast by more than this hears
# nothing. Not longer: while no worker runs they pile up in the broker, four a second.
HEARD_WITHIN = 2 * 60 * 60

app = Celery("redress", amqp="config.steady:SteadyAMQP")
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    result_expires=None,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # Beat is the only one who sends, and sends again in a moment: it does not stand waiting with an old word.
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0},
    broker_transport_options={"visibility_timeout": 3600, "socket_connect_timeout": 3, "socket_timeout": 10},
    timezone="UTC",
    beat_scheduler="config.beat:SteadyScheduler",
    beat_schedule={
        # Four times a second: a sweep that finds nothing costs less than a millisecond, and a limit's outcome is
        # known within a quarter of a second.
        "sweep": {"task": "escalations.tasks.sweep", "schedule": 0.25, "options": {"expires": HEARD_WITHIN}},
        "watch": {"task": "escalations.tasks.watch", "schedule": 300.0, "options": {"expires": HEARD_WITHIN}},
        "give": {"task": "escalations.desk.tasks.give", "schedule": 60.0, "options": {"expires": HEARD_WITHIN}},
        "dispatch": {"task": "correspondence.tasks.dispatch", "schedule": 2.0, "options": {"expires": HEARD_WITHIN}},
        "deliver": {"task": "correspondence.tasks.deliver", "schedule": 2.0, "options": {"expires": HEARD_WITHIN}},
        "returned": {"task": "escalations.tasks.returned", "schedule": 60.0, "options": {"expires": HEARD_WITHIN}},
        "purge": {"task": "escalations.tasks.purge", "schedule": 3600.0, "options": {"expires": HEARD_WITHIN}},
        "follow": {"task": "complaints.tasks.follow_new_law", "schedule": 5.0, "options": {"expires": HEARD_WITHIN}},
        "rehearse": {"task": "complaints.tasks.rehearse", "schedule": 2.0, "options": {"expires": HEARD_WITHIN}},
        "rehearse_policy": {
            "task": "escalations.tasks.rehearse",
            "schedule": 2.0,
            "options": {"expires": HEARD_WITHIN},
        },
    },
)
app.config_from_object("config.broker")
app.autodiscover_tasks()
