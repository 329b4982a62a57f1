"""pgqueuer: a job per timer with `execute_after`, a worker with its default settings."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.queries import Queries

from benchmarks.peers.plan import DATABASE, timers

ACT = "INSERT INTO ledger (timer, at) VALUES ($1, clock_timestamp())"


async def plan() -> None:
    """Write the schema and a job per timer."""
    queries = Queries(AsyncpgDriver(await asyncpg.connect(DATABASE)))
    await queries.install()
    given, now = timers(), datetime.now(UTC)
    await queries.enqueue(
        ["act"] * len(given), [str(number).encode() for number, _ in given], [0] * len(given),
        [due - now for _, due in given],
    )  # fmt: skip


async def work() -> None:
    """Work until killed."""
    queue = PgQueuer(AsyncpgDriver(await asyncpg.connect(DATABASE)))
    database = await asyncpg.create_pool(DATABASE, min_size=1, max_size=4)

    @queue.entrypoint("act")
    async def act(job: Job) -> None:
        await database.execute(ACT, int(job.payload or b"0"))

    await queue.run()


if __name__ == "__main__":
    asyncio.run(plan() if sys.argv[1] == "plan" else work())
