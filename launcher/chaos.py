"""`./redress chaos`: break everything while limits fall due, and count what came of each."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from launcher import services
from launcher.chaos_house import House
from launcher.chaos_ledger import PLANTED
from launcher.chaos_outage import one_outage
from launcher.chaos_plan import KINDS, Fault, faults
from launcher.install import install
from launcher.terminal import Problem, say

FIRST_AFTER = 3.0  # seconds until the first timer is due
PATIENCE = 90.0  # seconds after the last timer, or the last fault, in which everything must have its outcome
SETTLING = 4.0  # seconds in which a worker that was stopped may still do something a second time
BAD = ("lost", "duplicate", "early", "broken_stories")
# After these, work can only go on once a server is back.
SERVERS = {"kill_postgres": "database", "restart_postgres": "database", "kill_broker": "broker"}

Moments = list[list[str]]


def chaos(words: Sequence[str]) -> int:
    """Kill, flush and double everything while limits fall due; fail when one is lost, doubled or early."""
    asked = options(words)
    # The tests' packages bring what steps a clock.
    install([*services.locks({}), "requirements-dev.txt"])
    return run(asked)


def options(words: Sequence[str]) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="./redress chaos", description=chaos.__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first plan's number; the next plan has the next")
    parser.add_argument("--timers", type=int, default=2_000, help="limits per plan (default: %(default)s)")
    parser.add_argument("--plans", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20, help="in which they fall due (default: %(default)s)")
    parser.add_argument("--faults", type=int, default=6, help="per plan (default: %(default)s)")
    parser.add_argument("--only", choices=KINDS, default="", help="let nothing else go wrong")
    parser.add_argument("--outage", type=float, default=0, help="seconds without a broker, and nothing else goes wrong")
    parser.add_argument("--planted-fault", choices=[name for name in PLANTED if name], default="")
    return parser.parse_args(words)


def run(asked: argparse.Namespace) -> int:
    """Bring up a house, run the plans in it one after the other, print what came of them; return the exit code."""
    told = []
    with tempfile.TemporaryDirectory(prefix="redress-chaos-") as folder:
        house = House(Path(folder))
        try:
            house.start()
            for seed in range(asked.seed, asked.seed + asked.plans):
                told.append({"seed": seed, **(an_outage if asked.outage else one_plan)(house, seed, asked)})
                print(json.dumps(told[-1]), flush=True)
        finally:
            house.end()
    print(json.dumps(together(told)), flush=True)
    return int(any(plan.get(name) for plan in told for name in (*BAD, "late", "silent")))


def an_outage(house: House, seed: int, asked: argparse.Namespace) -> dict[str, Any]:
    """Take the broker away once, for as long as was asked."""
    return one_outage(house, seed, timers=asked.timers, away=asked.outage, planted=asked.planted_fault)


def one_plan(house: House, seed: int, asked: argparse.Namespace) -> dict[str, Any]:
    """Run one plan to its end, and return what the ledger says of it."""
    say(f"Plan {seed}: {asked.timers} timers, {asked.faults} faults")
    made = house.ask(
        "make", seed=seed, timers=asked.timers, seconds=asked.seconds, first_after=FIRST_AFTER,
        planted=asked.planted_fault,
    )  # fmt: skip
    if "away" in made:
        raise Problem(f"The timers could not be made: {made['away']}")
    start = time.monotonic() + (datetime.fromisoformat(made["start"]) - datetime.now(UTC)).total_seconds()
    plan = faults(seed, number=asked.faults, seconds=asked.seconds, only=asked.only)
    moments, spans = play(house, plan, start, asked)
    house.calm()
    settle = time.monotonic() + SETTLING
    while time.monotonic() < settle:
        house.look()
        time.sleep(0.05)
    seen = house.ask("judge", faults=moments, spans=spans)
    if "away" in seen:
        raise Problem(f"The ledger could not be read: {seen['away']}")
    return {**seen, "faults": [fault.kind for fault in plan]}


def play(house: House, plan: Sequence[Fault], start: float, asked: argparse.Namespace) -> tuple[Moments, Moments]:
    """Let things go wrong at their times until every timer has its outcome.

    Returns when each fault was over, and the spans [from, until] in which something was wrong.
    """
    waiting, moments, down, spans = list(plan), [], dict[str, Moments](), []
    end = start + asked.seconds + PATIENCE
    while time.monotonic() < end:
        house.look()
        while waiting and time.monotonic() >= start + waiting[0].at:
            fault, began = waiting.pop(0), datetime.now(UTC)
            house.do(fault)
            spans.append([began.isoformat(), max(_now(), (began + timedelta(seconds=fault.length)).isoformat())])
            if fault.kind in SERVERS:
                down.setdefault(SERVERS[fault.kind], []).append([fault.kind, began.isoformat()])
            else:
                moments.append([fault.kind, _now()])
        seen = house.ask("progress")
        if "broker" in down and house.broker_answers():
            moments += _over(down.pop("broker"), spans)
        if "database" in down and "away" not in seen:
            moments += _over(down.pop("database"), spans)
        if not waiting and not down and not house.later and seen.get("done", 0) >= asked.timers:
            break
        time.sleep(0.1)
    return moments, spans


def _over(down: Moments, spans: Moments) -> Moments:
    """Return that these faults are over now: a server was down until it answered, not as long as was meant."""
    spans += [[began, _now()] for _, began in down]
    return [[kind, _now()] for kind, _ in down]


def together(told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return all plans' figures as one: sums of what went wrong, the worst of what took time."""
    recovery: dict[str, float] = {}
    for plan in told:
        for kind, seconds in plan["recovery_s"].items():
            recovery[kind] = max(recovery.get(kind, 0), seconds)
    sums = {name: sum(plan[name] for plan in told) for name in ("timers", *BAD)}
    worst = {
        name: max((plan[name] for plan in told if plan[name] is not None), default=None)
        for name in ("lag_p50_ms", "lag_p99_ms", "lag_max_ms", "idle_lag_p50_ms", "idle_lag_p99_ms")
    }
    return {"plans": len(told), **sums, **worst, "recovery_s": recovery}


def _now() -> str:
    return datetime.now(UTC).isoformat()


if __name__ == "__main__":
    # For tests, whose packages are there already.
    sys.exit(run(options(sys.argv[1:])))
