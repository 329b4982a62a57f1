"""What is running, and who holds the data."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from launcher import state


def a_running(*, shared: bool = True, launcher: state.Process | None = None) -> state.Running:
    return state.Running(
        launcher or state.this_process(), shared=shared, environment={"DATABASE_URL": "postgres://x/y"}
    )


def test_what_runs_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    written = a_running()
    written.children["web"] = state.this_process()

    state.write(tmp_path / "run.json", written)

    assert state.current(tmp_path / "run.json") == written


def test_only_the_owner_may_read_the_addresses(tmp_path: Path) -> None:
    state.write(tmp_path / "run.json", a_running())

    assert (tmp_path / "run.json").stat().st_mode & 0o777 == 0o600


def test_a_later_process_with_the_same_number_is_not_the_run(tmp_path: Path) -> None:
    stale = a_running(launcher=state.Process(os.getpid(), "long ago"))

    state.write(tmp_path / "run.json", stale)

    assert state.current(tmp_path / "run.json") is None


def test_a_process_that_ended_is_not_alive() -> None:
    ended = subprocess.Popen(["true"])
    remembered = state.this_process(ended.pid)

    ended.wait()

    assert not remembered.alive()


def test_a_commands_own_servers_are_not_offered_to_others(tmp_path: Path) -> None:
    state.write(tmp_path / "run.json", a_running(shared=False))

    assert state.current(tmp_path / "run.json") is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"launcher": 3}'])
def test_a_torn_file_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "run.json").write_text(content)

    assert state.current(tmp_path / "run.json") is None


def test_the_data_has_one_holder_at_a_time(tmp_path: Path) -> None:
    first = state.take_lock(tmp_path / "lock")
    assert first

    assert state.take_lock(tmp_path / "lock") is None
    first.close()
    assert state.take_lock(tmp_path / "lock")
