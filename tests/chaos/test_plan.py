"""One short plan, with real servers, workers and beat that are killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import broker, postgres

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.chaos
@pytest.mark.skipif(
    not (postgres.of_machine() or postgres.of_wheel()) or not (broker.of_machine() or broker.of_wheel()),
    reason="No PostgreSQL or no Redis program is here to be started and killed.",
)
def test_three_hundred_limits_survive_six_faults() -> None:
    words = ["-m", "launcher.chaos", "--seed", "1", "--timers", "300", "--seconds", "12"]
    environment = {**os.environ, "REDRESS_VENV": sys.prefix}

    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert {name: seen[name] for name in ("timers", "lost", "duplicate", "early", "broken_stories")} == {
        "timers": 300, "lost": 0, "duplicate": 0, "early": 0, "broken_stories": 0,
    }  # fmt: skip
