"""The Celery app, and the one table of what runs by itself.

Celery only says "look now". What is due is a row in PostgreSQL; a lost, late or doubled
message changes nothing (shared idea 5: PostgreSQL is the truth).
"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("redress")
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 3600, "socket_connect_timeout": 3, "socket_timeout": 10},
    timezone="UTC",
    beat_schedule={
        # Four times a second: a sweep that finds nothing costs less than a millisecond, and a limit's outcome is
        # known within a quarter of a second.
        "sweep": {"task": "escalations.tasks.sweep", "schedule": 0.25, "options": {"expires": 2}},
        "watch": {"task": "escalations.tasks.watch", "schedule": 300.0, "options": {"expires": 300}},
        "dispatch": {"task": "correspondence.tasks.dispatch", "schedule": 2.0, "options": {"expires": 2}},
        "deliver": {"task": "correspondence.tasks.deliver", "schedule": 2.0, "options": {"expires": 2}},
        "follow": {"task": "complaints.tasks.follow_new_law", "schedule": 5.0, "options": {"expires": 5}},
        "rehearse": {"task": "complaints.tasks.rehearse", "schedule": 2.0, "options": {"expires": 2}},
        "rehearse_policy": {"task": "escalations.tasks.rehearse", "schedule": 2.0, "options": {"expires": 2}},
    },
)
app.config_from_object("config.broker")
app.autodiscover_tasks()
