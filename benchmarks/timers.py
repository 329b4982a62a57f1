"""How fast a burst is drained: many clocks due at one instant, with escalation, story, notices and mail (P1)."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
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

PROGRESS = 10.0  # seconds between two words of how far it is
# The ceiling is a rate: a million rows of each table by plain SQL take a quarter of an hour.
CEILING_CLOCKS = 100_000


def main() -> int:
    """Measure, print JSON as the last line, and fail when a clock has no outcome, or two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clocks", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--peers", action="store_true", help="run the same plan through what others use, and compare")
    parser.add_argument(
        "--old-snapshot",
        action="store_true",
        help="measure again while a transaction that began before it is held open",
    )
    parser.add_argument("--drain", metavar="MOMENT", help="be one of the workers")
    asked = parser.parse_args()
    if asked.drain:
        return drain(datetime.fromisoformat(asked.drain), asked.batch)
    if asked.peers:
        return compare(asked.clocks)
    at = midnight(timezone.now())
    drained = a_drain(asked, at)
    clear()
    say("The same rows by plain SQL")
    many = min(asked.clocks, CEILING_CLOCKS)
    a_burst(many, at=at)
    ceiling = time_plain(asked.workers, many, asked.batch)
    # Beside a snapshot after the quiet run, not before: what the first run leaves behind is emptied either way.
    held = a_drain(asked, at, dead=asked.clocks) if asked.old_snapshot else None
    clear()
    seconds, mistakes, rows = drained.seconds, drained.mistakes, drained.rows
    figures = {
        "clocks": asked.clocks, "workers": asked.workers, "batch": asked.batch, "seconds": round(seconds, 2),
        "clocks_per_s": round(asked.clocks / seconds), "rows_per_s": round(rows / seconds), "rows": rows,
        "python_us_per_clock": round(drained.cpu / asked.clocks * 1e6), "dead_rows": drained.dead, "largest_worker_mb": drained.memory_mb,
        "ceiling_clocks": many, "ceiling_s": round(ceiling, 2), "ceiling_clocks_per_s": round(many / ceiling),
        "share": round(asked.clocks / seconds / (many / ceiling), 3), "idle_poll_ms": idle_poll(), "wrong": mistakes,
        "load": os.getloadavg()[0], "cpus": os.cpu_count(),
    }  # fmt: skip
    if held is not None:
        figures |= {
            "old_snapshot_s": round(held.seconds, 2), "old_snapshot_slower": round(held.seconds / seconds - 1, 3),
            "old_snapshot_dead_rows": held.dead, "old_snapshot_wrong": held.mistakes,
        }  # fmt: skip
    sys.stdout.write(json.dumps(figures) + "\n")
    return int(any([*mistakes.values(), *(held.mistakes.values() if held else ())]))


@dataclass(frozen=True, slots=True)
class Drained:
    """What came of one burst: seconds, the workers' processor seconds and memory, rows written, dead rows, mistakes."""

    seconds: float
    cpu: float
    memory_mb: int
    rows: int
    dead: dict[str, int]
    mistakes: dict[str, int]


def a_drain(asked: argparse.Namespace, at: datetime, *, dead: int = 0) -> Drained:
    """Make a burst and let the workers drain it; with dead rows, beside a snapshot from before they died."""
    clear()
    say(f"{asked.clocks:,} clocks are made")
    a_burst(asked.clocks, at=at)
    with an_old_snapshot(dead) if dead else nullcontext():
        before = rows_and_dead()
        seconds, cpu, memory_mb = time_workers(asked.workers, asked.batch)
        after = rows_and_dead()
    say("Every outcome is counted")
    written = sum(after[table][0] - before[table][0] for table in HOT)
    died = {table: after[table][1] - before[table][1] for table in HOT}
    return Drained(seconds, cpu, memory_mb, written, died, wrong(asked.clocks, at=at))


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
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"{time.process_time() - before} {largest}\n")
    return 0


def time_workers(number: int, batch: int) -> tuple[float, float, int]:
    """Let this many processes drain what is due; return the seconds, their processor seconds, and the largest's MB."""
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
    told = 0.0
    while any(worker.poll() is None for worker in workers):
        time.sleep(0.01)
        if time.perf_counter() - start > told + PROGRESS:
            told = time.perf_counter() - start
            say(f"{told:.0f} s: {left():,} still due")
    seconds = time.perf_counter() - start
    if any(worker.wait() for worker in workers):
        raise SystemExit("A worker failed; its words are above.")
    used = [worker.stdout.read().split() for worker in workers if worker.stdout]
    return seconds, sum(float(cpu) for cpu, _ in used), max(int(largest) for _, largest in used)


@contextmanager
def an_old_snapshot(dead: int) -> Iterator[None]:
    """Hold a transaction open that still sees so many rows of the queue which are dead to everybody else.

    A row is moved to another place in the sweep's index and back, as thirty minutes of ordinary work would.
    """
    old = connection.copy()
    try:
        with old.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM complaints_complaint")
        with connection.cursor() as cursor:
            for hours in (-1, 1):
                cursor.execute(
                    "UPDATE complaints_complaint SET next_check_at = next_check_at + make_interval(hours => %s) "
                    "WHERE id IN (SELECT id FROM complaints_complaint ORDER BY id LIMIT %s)",
                    [hours, dead],
                )
        yield
    finally:
        old.close()


def left() -> int:
    """Return how many still wait for their outcome."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM complaints_complaint WHERE next_check_at IS NOT NULL")
        return int(cursor.fetchone()[0])


def say(words: str) -> None:
    """Tell whoever waits how far it is; the figures go to stdout."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


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
