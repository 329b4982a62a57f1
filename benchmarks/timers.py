"""How fast a burst is drained: many clocks due at one instant, with escalation, story, notices and mail (P1)."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import django

django.setup()

from django.db import connection  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks._burst import HOT, a_burst, clear, midnight  # noqa: E402
from benchmarks._ceiling import write_plainly  # noqa: E402
from benchmarks._peers import compare  # noqa: E402
from benchmarks._proof import wrong  # noqa: E402
from escalations.sweep import BATCH, sweep  # noqa: E402


def main() -> int:
    """Measure, print JSON as the last line, and fail when a clock has no outcome, or two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clocks", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--peers", action="store_true", help="run the same plan through what others use, and compare")
    parser.add_argument("--drain", metavar="MOMENT", help="be one of the workers")
    asked = parser.parse_args()
    if asked.drain:
        return drain(datetime.fromisoformat(asked.drain), asked.batch)
    if asked.peers:
        return compare(asked.clocks)
    at = midnight(timezone.now())
    clear()
    a_burst(asked.clocks, at=at)
    before = rows_and_dead()
    seconds, cpu = time_workers(asked.workers, asked.batch)
    after = rows_and_dead()
    mistakes = wrong(asked.clocks, at=at)
    clear()
    a_burst(asked.clocks, at=at)
    ceiling = time_plain(asked.workers, asked.clocks, asked.batch)
    clear()
    rows = sum(after[table][0] - before[table][0] for table in HOT)
    figures = {
        "clocks": asked.clocks, "workers": asked.workers, "batch": asked.batch, "seconds": round(seconds, 2),
        "clocks_per_s": round(asked.clocks / seconds), "rows_per_s": round(rows / seconds), "rows": rows,
        "python_us_per_clock": round(cpu / asked.clocks * 1e6), "dead_rows": {table: after[table][1] - before[table][1] for table in HOT},
        "ceiling_s": round(ceiling, 2), "ceiling_clocks_per_s": round(asked.clocks / ceiling),
        "share": round(ceiling / seconds, 3), "idle_poll_ms": idle_poll(), "wrong": mistakes,
        "load": os.getloadavg()[0], "cpus": os.cpu_count(),
    }  # fmt: skip
    sys.stdout.write(json.dumps(figures) + "\n")
    return int(any(mistakes.values()))


def drain(now: datetime, batch: int) -> int:
    """Sweep until nothing is due, once told to begin."""
    connection.ensure_connection()
    reverse(
        "escalations:queue"
    )  # the first address a process asks for reads every module; a worker at work has done it
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    before = time.process_time()
    sweep(now, batch=batch)
    sys.stdout.write(f"{time.process_time() - before}\n")
    return 0


def time_workers(number: int, batch: int) -> tuple[float, float]:
    """Let this many processes drain what is due; return the seconds and the processor seconds they took."""
    command = [sys.executable, __file__, "--drain", timezone.now().isoformat(), "--batch", str(batch)]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        for _ in range(number)
    ]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    start = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    used = [float(worker.stdout.read() or "nan") for worker in workers if worker.stdout]
    seconds = time.perf_counter() - start
    if any(worker.wait() for worker in workers):
        raise SystemExit("A worker failed; its words are above.")
    return seconds, sum(used)


def time_plain(workers: int, number: int, batch: int) -> float:
    """Return the seconds in which this many connections write the same rows by plain SQL, thinking about nothing."""
    share = -(-number // workers)
    start = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(
            pool.map(
                lambda place: write_plainly(place * share, min(number, (place + 1) * share), batch), range(workers)
            )
        )
    return time.perf_counter() - start


def rows_and_dead() -> dict[str, tuple[int, int]]:
    """Return, per table, the rows written and the dead rows left, as PostgreSQL counted them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1.1)")  # sessions that end hand in their counts within a second
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd, n_dead_tup FROM pg_stat_user_tables WHERE relname = ANY(%s)",
            [list(HOT)],
        )
        return {name: (written, dead) for name, written, dead in cursor.fetchall()}


def idle_poll() -> float:
    """Return the milliseconds of a sweep that finds nothing due."""
    now = timezone.now()
    sweep(now)
    start = time.perf_counter()
    for _ in range(200):
        sweep(now)
    return round((time.perf_counter() - start) / 200 * 1000, 3)


if __name__ == "__main__":
    sys.exit(main())
