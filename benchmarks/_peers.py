"""The same plan of due moments through Redress and through what others use, with the same ledger and the same faults."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis
from django.conf import settings

from launcher.chaos_rows import write_timers
from launcher.places import ROOT, VAR

SECONDS = 20.0  # in which the spread timers fall due
LEAD = 12.0  # seconds for writing the plan and starting the workers
PATIENCE = 60.0  # seconds after the last due moment; a timer without effect by then is counted as lost
AGAIN = 1.0  # seconds after which what was killed is started again, as a supervisor does
LOCK = Path(__file__).parent / "peers" / "requirements.txt"
LEDGER = "DROP TABLE IF EXISTS ledger; CREATE TABLE ledger (timer int, at timestamptz);"
# What Redress does for each timer besides (escalation, two entries, two notices, a mail) is its own; one line is the effect.
ACT = """
CREATE OR REPLACE FUNCTION peers_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger SELECT substr(reference, 3)::int, clock_timestamp()
    FROM complaints_complaint WHERE id = NEW.complaint_id;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER peers_act AFTER INSERT ON complaints_entry
FOR EACH ROW WHEN (NEW.kind = 'clock_missed') EXECUTE FUNCTION peers_act();
TRUNCATE complaints_complaint, users_user, users_team, correspondence_outboundmail CASCADE;
"""
UNACT = "DROP TRIGGER peers_act ON complaints_entry; DROP FUNCTION peers_act; DROP TABLE ledger"
Plan = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Contender:
    """How one of them is started: its module, and the words of each of its programs."""

    name: str
    module: str
    workers: tuple[tuple[str, ...], tuple[str, ...]]
    also: tuple[tuple[str, ...], ...] = ()


def celery(module: str, *, beat: bool, name: str) -> Contender:
    """Return a contender on Celery: two workers of one process each."""
    start = ("celery", "-A", module)
    workers = tuple((*start, "worker", "-c", "1", "-n", f"{one}@peers", "-l", "ERROR") for one in "ab")
    beats = (*start, "beat", "-l", "ERROR", "--pidfile=", "-s", str(VAR / f"beat-{name.replace(' ', '-')}"))
    return Contender(name, module, (workers[0], workers[1]), (beats,) if beat else ())


def plain(module: str, *, name: str) -> Contender:
    """Return a contender whose module works when it is told to."""
    return Contender(name, module, ((module, "work"), (module, "work")))


CONTENDERS = (
    celery("config", beat=True, name="Redress"),
    celery("benchmarks.peers.celery_eta", beat=False, name="Celery ETA"),
    celery("benchmarks.peers.celery_sweep", beat=True, name="Celery beat sweep"),
    plain("benchmarks.peers.on_procrastinate", name="procrastinate"),
    plain("benchmarks.peers.on_pgqueuer", name="pgqueuer"),
)


@dataclass
class Running:
    """The programs of one contender; what ends is started again a second later."""

    environment: dict[str, str]
    python: str
    started: list[tuple[tuple[str, ...], subprocess.Popen[bytes], float]] = field(default_factory=list)

    def start(self, words: tuple[str, ...]) -> None:
        """Start one program in a process group of its own."""
        process = subprocess.Popen(  # noqa: S603
            [self.python, "-m", *words], cwd=ROOT, env=self.environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.started.append((words, process, 0.0))

    def look(self) -> None:
        """Start again what ended."""
        now = time.monotonic()
        for place, (words, process, ended) in enumerate(self.started):
            if process.poll() is None:
                continue
            if not ended:
                self.started[place] = (words, process, now)
            elif now >= ended + AGAIN:
                del self.started[place]
                self.start(words)
                return

    def kill(self, place: int) -> None:
        """SIGKILL one program and its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.started[place][1].pid, signal.SIGKILL)
        self.started[place][1].wait(10)

    def end(self) -> None:
        """Kill everything."""
        for place in range(len(self.started)):
            self.kill(place)


def compare(timers: int) -> int:
    """Run every contender twice, a burst in peace and a spread with faults; print the table and JSON as the last line."""
    python = environment()
    told = []
    for contender in CONTENDERS:
        burst = run(contender, python, plan(timers, seconds=0), faults=False)
        spread = run(contender, python, plan(timers, seconds=SECONDS), faults=True)
        told.append({
            "name": contender.name, "timers": timers, "burst_per_s": burst["per_s"], "burst_bad": bad(burst),
            **{name: spread[name] for name in ("lost", "duplicate", "early", "lag_p50_ms", "lag_p99_ms")},
        })  # fmt: skip
        sys.stdout.write(json.dumps(told[-1]) + "\n")
        sys.stdout.flush()
    sys.stderr.write(table(told))
    sys.stdout.write(json.dumps({"load": round(os.getloadavg()[0], 2), "contenders": told}) + "\n")
    return int(any(told[0][name] for name in ("lost", "duplicate", "early", "burst_bad")))


def environment() -> str:
    """Return the Python of the peers' own virtual environment, made and filled when it is not there."""
    folder = VAR / "peers"
    uv = str(Path(sys.executable).with_name("uv"))
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)  # noqa: S603
    words = ["pip", "install", "--quiet", "--python", str(python), "--require-hashes", "--requirement", str(LOCK)]
    subprocess.run([uv, *words], check=True)  # noqa: S603
    return str(python)


def plan(timers: int, *, seconds: float) -> Plan:
    """Return when each timer is due, seconds after the start: half of them at four instants; all at one when in no time."""
    chance = random.Random(1)  # noqa: S311
    instants = [chance.uniform(0, seconds) for _ in range(4)]
    return [(n, chance.choice(instants) if n % 2 else chance.uniform(0, seconds)) for n in range(timers)]


def run(contender: Contender, python: str, wanted: Plan, *, faults: bool) -> dict[str, Any]:
    """Let one contender act on the plan, and return what its ledger says."""
    redis.Redis.from_url(settings.REDIS_URL).flushall()
    start = time.time() + LEAD + len(wanted) / 200
    due = [(number, round(start + after, 3)) for number, after in wanted]
    with a_database(contender) as address, a_plan(due) as file:
        ours = contender.module == "config"
        given = os.environ | {"PEERS_DATABASE": address, "PEERS_BROKER": settings.REDIS_URL, "PEERS_PLAN": str(file)}
        if not ours:
            del given["DJANGO_SETTINGS_MODULE"]
        running = Running(given, sys.executable if ours else python)
        if ours:
            write_timers([datetime.fromtimestamp(moment, UTC) for _, moment in due])
        else:
            words = [python, "-m", contender.module, "plan"]
            subprocess.run(words, cwd=ROOT, env=given, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        try:
            for words in (*contender.workers, *contender.also):
                running.start(words)
            if time.time() > start:
                raise SystemExit(f"{contender.name} had its plan too late to be measured. Take fewer timers.")
            play(running, address, due, faults=faults)
        finally:
            running.end()
        return judge(address, due)


def play(running: Running, address: str, due: Plan, *, faults: bool) -> None:
    """Let things go wrong at their times, until every timer has an effect or patience ends."""
    moments = [moment for _, moment in due]
    # A worker is killed while the second of the four crowds is being worked off, and the broker is emptied after the third.
    crowds = sorted(moment for moment in set(moments) if moments.count(moment) > 1)
    waiting = [(crowds[1] + 0.05, "kill"), (crowds[2] + 0.5, "flush")] if faults else []
    while time.time() < max(moments) + PATIENCE:
        running.look()
        if waiting and time.time() >= waiting[0][0]:
            if waiting.pop(0)[1] == "kill":
                running.kill(0)
            else:
                redis.Redis.from_url(settings.REDIS_URL).flushall()
        if not waiting and ask(address, "SELECT count(DISTINCT timer) FROM ledger")[0][0] >= len(due):
            time.sleep(3)  # in which something may still happen a second time
            return
        time.sleep(0.2)


def judge(address: str, due: Plan) -> dict[str, Any]:
    """Return what the ledger says: lost, duplicate, early, lags, and effects per second from the first due moment."""
    lines: dict[int, list[float]] = {}
    for timer, at in ask(address, "SELECT timer, extract(epoch FROM at)::float8 FROM ledger"):
        lines.setdefault(timer, []).append(at)
    lags = sorted(max(min(lines[timer]) - moment, 0) for timer, moment in due if timer in lines)
    last = max((min(at) for at in lines.values()), default=0)
    return {
        "lost": sum(timer not in lines for timer, _ in due),
        "duplicate": sum(len(at) > 1 for at in lines.values()),
        "early": sum(min(lines[timer]) < moment for timer, moment in due if timer in lines),
        "lag_p50_ms": round(lags[len(lags) // 2] * 1000) if lags else None,
        "lag_p99_ms": round(lags[len(lags) * 99 // 100] * 1000) if lags else None,
        "per_s": round(len(lines) / max(last - min(moment for _, moment in due), 0.001)) if lines else 0,
    }


def bad(seen: dict[str, Any]) -> int:
    """Return how many timers went wrong in any way."""
    return int(seen["lost"] + seen["duplicate"] + seen["early"])


@contextlib.contextmanager
def a_database(contender: Contender) -> Iterator[str]:
    """Yield the address of a database with an empty ledger: Redress's own, else a fresh one."""
    ours = os.environ["DATABASE_URL"]
    address = ours if contender.module == "config" else urlunsplit(urlsplit(ours)._replace(path="/peers"))
    if address != ours:
        ask(ours, "DROP DATABASE IF EXISTS peers WITH (FORCE)")
        ask(ours, "CREATE DATABASE peers")
    ask(address, LEDGER + (ACT if address == ours else ""))
    yield address
    if address == ours:
        ask(address, UNACT)
    else:
        ask(ours, "DROP DATABASE peers WITH (FORCE)")


@contextlib.contextmanager
def a_plan(due: Plan) -> Iterator[Path]:
    """Yield a file with the plan."""
    file = VAR / "peers-plan.json"
    file.write_text(json.dumps(due), encoding="utf-8")
    yield file
    file.unlink()


def ask(address: str, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement on a connection of its own, and return its rows."""
    database = psycopg2.connect(address)
    database.autocommit = True
    try:
        with database.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        database.close()


def table(told: list[dict[str, Any]]) -> str:
    """Return the table of docs/peers.md."""
    names = ("name", "lost", "duplicate", "early", "lag_p50_ms", "lag_p99_ms", "burst_per_s", "burst_bad")
    rows = [names, *(tuple(str(one[name]) for name in names) for one in told)]
    return "".join(
        "| " + " | ".join(row) + " |\n" + ("|---" * len(names) + "|\n" if row is names else "") for row in rows
    )
