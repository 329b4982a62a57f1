"""Short plans, with real servers, workers and beat that are killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import broker, postgres

ROOT = Path(__file__).resolve().parents[2]


pytestmark = [
    pytest.mark.chaos,
    pytest.mark.skipif(
        not (postgres.of_machine() or postgres.of_wheel()) or not (broker.of_machine() or broker.of_wheel()),
        reason="No PostgreSQL or no Redis program is here to be started and killed.",
    ),
]


def ran(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "REDRESS_VENV": sys.prefix}
    command = [sys.executable, "-m", "launcher.chaos", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_three_hundred_limits_survive_six_faults() -> None:
    done = ran("--seed", "1", "--timers", "300", "--seconds", "12")

    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert {name: seen[name] for name in ("timers", "lost", "duplicate", "early", "broken_stories")} == {
        "timers": 300, "lost": 0, "duplicate": 0, "early": 0, "broken_stories": 0,
    }  # fmt: skip


def test_what_falls_due_while_the_broker_is_away_has_its_outcome_soon_after_and_the_lag_is_said_meanwhile() -> None:
    # The ten minutes of the promise are the same run with `--outage 600`.
    done = ran("--outage", "20", "--timers", "200")

    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[0])
    assert {name: seen[name] for name in ("timers", "lost", "duplicate", "early", "silent", "late")} == {
        "timers": 200, "lost": 0, "duplicate": 0, "early": 0, "silent": [], "late": 0,
    }  # fmt: skip
    assert seen["done_while_away"] == 0, "the broker was not away"
    assert seen["all_done_s"] < 60
    assert min(seen["said"][f"{place}_s"] for place in ("page", "metrics", "api")) > 10
    assert "complaints are due and not yet looked at" in seen["said"]["sentence"]


def test_an_outage_in_which_something_is_lost_is_a_failure() -> None:
    done = ran("--outage", "14", "--timers", "120", "--planted-fault", "drop")

    assert done.returncode == 1
    assert json.loads(done.stdout.splitlines()[0])["lost"] > 0
