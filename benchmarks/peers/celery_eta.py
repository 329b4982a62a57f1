"""Celery with an ETA per timer: `apply_async(eta=...)`, all else as it comes."""

from __future__ import annotations

import sys

from celery import Celery

from benchmarks.peers.plan import ACT, BROKER, connect, timers

app = Celery("celery_eta", broker=BROKER)
app.conf.broker_connection_retry_on_startup = True
held: list[object] = []


@app.task(name="act")
def act(timer: int) -> None:
    """Do what the timer is for."""
    if not held:
        held.append(connect())
    held[0].execute(ACT, [timer])  # type: ignore[attr-defined]


if __name__ == "__main__" and sys.argv[1] == "plan":
    for number, due in timers():
        act.apply_async([number], eta=due)
