"""procrastinate: a job per timer with `schedule_at`, a worker as its command line starts it."""

from __future__ import annotations

import asyncio
import sys

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector

from benchmarks.peers.plan import ACT, DATABASE, connect, timers

app = App(connector=PsycopgConnector(conninfo=DATABASE))
held: list[object] = []


@app.task(name="act")
def act(timer: int) -> None:
    """Do what the timer is for."""
    if not held:
        held.append(connect())
    held[0].execute(ACT, [timer])  # type: ignore[attr-defined]


def plan() -> None:
    """Write the schema and a job per timer."""
    with app.replace_connector(SyncPsycopgConnector(conninfo=DATABASE)) as sync, sync.open():
        sync.schema_manager.apply_schema()
        for number, due in timers():
            sync.configure_task("act", schedule_at=due).defer(timer=number)


async def work() -> None:
    """Work until killed."""
    async with app.open_async():
        await app.run_worker_async(install_signal_handlers=False)


if __name__ == "__main__":
    plan() if sys.argv[1] == "plan" else asyncio.run(work())
