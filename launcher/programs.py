"""Runs one program of the virtual environment in the checkout and waits for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import IO

from launcher.places import PYTHON, ROOT, VENV

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def environment(mode: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment a program of ours runs in."""
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    return {**os.environ, **given, "REDRESS_MODE": mode, "PATH": path, "PYTHONUNBUFFERED": "1"}


def run(
    mode: str, given: Mapping[str, str], words: Sequence[str], output: IO[str] | None = None, *, step: bool = False
) -> int:
    """Run Python with these words, pass signals on, and return its exit code.

    A step of something longer ends that too: whoever interrupts the step means the whole.
    """
    told: list[int] = []
    started: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, _: FrameType | None) -> None:
        told.append(number)
        # Ctrl-C at a terminal reaches the program by itself; twice would tear its own clearing up.
        if number != signal.SIGINT or not sys.stdin.isatty():
            for process in started:
                process.send_signal(number)

    # What nohup or a shell told us to ignore stays ignored.
    heeded = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, pass_on) for number in heeded}
    try:
        started.append(subprocess.Popen([str(PYTHON), *words], cwd=ROOT, env=environment(mode, given), stdout=output))
        if told:
            started[0].terminate()
        code = started[0].wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if told and step:
        raise KeyboardInterrupt
    return code if code >= 0 else 128 - code
