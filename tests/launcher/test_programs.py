"""One program at a time, and what a signal means to it."""

from __future__ import annotations

import pytest

from launcher import programs

TELLS_US_TO_STOP = "import os, time; os.kill(os.getppid(), 15); time.sleep(60)"


def test_an_exit_code_comes_back_as_a_shell_would_say_it() -> None:
    assert programs.run("test", {}, ["-c", "raise SystemExit(7)"]) == 7
    assert programs.run("test", {}, ["-c", "import os; os.kill(os.getpid(), 15)"]) == 143


def test_a_signal_reaches_the_program() -> None:
    assert programs.run("test", {}, ["-c", TELLS_US_TO_STOP]) == 143


def test_interrupting_a_step_ends_the_whole() -> None:
    with pytest.raises(KeyboardInterrupt):
        programs.run("test", {}, ["-c", TELLS_US_TO_STOP], step=True)
