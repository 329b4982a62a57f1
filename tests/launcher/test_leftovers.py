"""A launcher that was killed could not clear up; the next command does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import state
from launcher.holding import clear_leftovers


@pytest.fixture
def a_program() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def written(folder: Path, child: state.Process) -> Path:
    file = folder / "run.json"
    state.write(file, state.Running(state.Process(1, "long ago"), shared=True, children={"worker": child}))
    return file


def test_what_a_killed_launcher_left_running_is_stopped(tmp_path: Path, a_program: subprocess.Popen[bytes]) -> None:
    left = state.this_process(a_program.pid)

    clear_leftovers(written(tmp_path, left))

    assert not left.alive()
    assert not (tmp_path / "run.json").exists()


def test_a_stranger_who_got_the_same_number_is_left_alone(tmp_path: Path, a_program: subprocess.Popen[bytes]) -> None:
    clear_leftovers(written(tmp_path, state.Process(a_program.pid, "long ago")))

    assert a_program.poll() is None
