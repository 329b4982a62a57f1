"""Celery beat and a sweep of the usual kind: read what is due and not done, act on each, mark it done."""

from __future__ import annotations

import sys

from celery import Celery

from benchmarks.peers.plan import ACT, BROKER, connect, timers

app = Celery("celery_sweep", broker=BROKER)
app.conf.broker_connection_retry_on_startup = True
app.conf.beat_schedule = {"sweep": {"task": "sweep", "schedule": 1.0}}


@app.task(name="sweep")
def sweep() -> None:
    """Act on every timer that is due."""
    with connect() as database:
        due = database.execute("SELECT id FROM timers WHERE due_at <= now() AND NOT done ORDER BY due_at").fetchall()
        for (timer,) in due:
            database.execute(ACT, [timer])
            database.execute("UPDATE timers SET done = true WHERE id = %s", [timer])


if __name__ == "__main__" and sys.argv[1] == "plan":
    with connect() as database:
        database.execute("CREATE TABLE timers (id int PRIMARY KEY, due_at timestamptz, done bool DEFAULT false)")
        database.execute("CREATE INDEX ON timers (due_at) WHERE NOT done")
        with database.cursor() as cursor:
            cursor.executemany("INSERT INTO timers (id, due_at) VALUES (%s, %s)", timers())
