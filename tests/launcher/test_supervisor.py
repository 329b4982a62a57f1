"""Children that fall are started again; stopping ends ours and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.supervisor import Child, Supervisor, explain
from launcher.terminal import Problem
from tests.launcher.waiting import until

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    parent = Supervisor()
    yield parent
    parent.stop()


def test_a_child_that_falls_is_started_again_and_that_is_said(
    supervisor: Supervisor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    child = Child("web", FOREVER, tmp_path / "web.log")
    supervisor.start(child)
    assert child.process
    first = child.process.pid

    os.kill(first, signal.SIGKILL)

    until(
        lambda: supervisor.look() and child.process and child.process.pid != first,
        seconds=10,
        otherwise=lambda: "no new one",
    )
    assert "web ended (killed by SIGKILL); starting it again in 0.5 s" in capsys.readouterr().err


def test_a_child_that_keeps_falling_is_tried_less_and_less_often(supervisor: Supervisor, tmp_path: Path) -> None:
    child = Child("worker", FOREVER, tmp_path / "worker.log")
    waits = []

    for _ in range(9):
        supervisor.start(child)
        supervisor.fell(child, 1, now=child.born)
        waits.append(child.again_at - child.born)

    assert waits == pytest.approx([0.5, 1, 2, 4, 8, 16, 30, 30, 30])


def test_a_child_that_was_well_for_long_is_started_again_at_once(supervisor: Supervisor, tmp_path: Path) -> None:
    child = Child("worker", FOREVER, tmp_path / "worker.log", falls=6)
    supervisor.start(child)

    supervisor.fell(child, 1, now=child.born + 60)

    assert child.falls == 1


def test_stopping_ends_what_was_started_here_and_nothing_else(supervisor: Supervisor, tmp_path: Path) -> None:
    stranger = subprocess.Popen(FOREVER, start_new_session=True)
    ours = [Child(name, FOREVER, tmp_path / f"{name}.log") for name in ("one", "two")]
    for child in ours:
        supervisor.start(child)
    processes = supervisor.processes()

    supervisor.stop()

    assert not any(process.alive() for process in processes.values())
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_the_last_one_started_stops_first(supervisor: Supervisor, tmp_path: Path) -> None:
    written = tmp_path / "order"
    script = (
        "import signal, sys, time\n"
        "def end(*_):\n    open(sys.argv[1], 'a').write(sys.argv[2]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True); time.sleep(600)\n"
    )
    for name in "abc":
        child = Child(name, [sys.executable, "-c", script, str(written), name], tmp_path / f"{name}.log")
        supervisor.start(child)
        supervisor.wait_until(child, lambda log=child.log: "up" in log.read_text())

    supervisor.stop()

    assert written.read_text() == "cba"


def test_a_child_that_does_not_come_up_is_a_problem_with_its_last_words(supervisor: Supervisor, tmp_path: Path) -> None:
    child = Child("postgres", ["sh", "-c", "echo no room on the disk; exit 3"], tmp_path / "postgres.log")
    supervisor.start(child)

    with pytest.raises(Problem, match=r"(?s)postgres did not start.*no room on the disk"):
        supervisor.wait_until(child, lambda: False)


def test_an_exit_code_is_said_in_words() -> None:
    assert explain(3) == "exit code 3"
    assert explain(-9) == "killed by SIGKILL"
