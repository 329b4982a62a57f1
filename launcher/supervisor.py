"""Starts programs, starts them again when they fall, and stops them in the opposite order."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from launcher.state import Process, this_process
from launcher.terminal import Problem, last_words, say

STEADY_AFTER = 30.0  # seconds after which a child counts as well again
LONGEST_WAIT = 30.0  # seconds between two attempts, at most
PATIENCE = 25.0  # seconds a child has to stop by itself


@dataclass
class Child:
    """A program to keep alive."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    falls: int = 0
    again_at: float = 0.0


def explain(code: int) -> str:
    """Return an exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(-code).name}"
    return f"killed by signal {-code}"


class Supervisor:
    """The parent of everything that a command starts."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def start(self, child: Child) -> None:
        """Start the program and keep it; its output goes to its log."""
        if child not in self.children:
            self.children.append(child)
            with contextlib.suppress(FileNotFoundError):
                child.log.replace(child.log.with_suffix(".log.1"))
        with child.log.open("ab") as log:
            # A session of its own: Ctrl-C at the terminal reaches the launcher, which then stops the children in order.
            child.process = subprocess.Popen(
                child.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **child.environment},
                cwd=child.folder,
                start_new_session=True,
                user=child.user,
            )
        child.born = time.monotonic()

    def wait_until(self, child: Child, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until the child is ready; a child that falls or never gets ready is a problem, with its last words."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if child.process and child.process.poll() is not None:
                break
            if ready():
                return
            time.sleep(0.05)
        raise Problem(f"{child.name} did not start. Its last words ({child.log}):\n{last_words(child.log)}")

    def look(self) -> bool:
        """Note who fell and start again whose time has come; return whether any process changed."""
        changed = False
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.again_at:
                    self.start(child)
                    changed = True
            elif (code := child.process.poll()) is not None:
                self.fell(child, code, now)
                changed = True
        return changed

    def fell(self, child: Child, code: int, now: float) -> None:
        """Say that the child fell and when it will be started again."""
        assert child.process is not None
        kill_group(child.process.pid)
        child.falls = 1 if now - child.born > STEADY_AFTER else child.falls + 1
        wait = min(LONGEST_WAIT, 0.5 * 2 ** (child.falls - 1))
        child.again_at = now + wait
        child.process = None
        say(f"{child.name} ended ({explain(code)}); starting it again in {wait:g} s. Its log: {child.log}")
        if child.falls == 3:
            say(f"{child.name} keeps ending. Its last words:\n{last_words(child.log)}")

    def processes(self) -> dict[str, Process]:
        """Return who runs now."""
        return {child.name: this_process(child.process.pid) for child in self.children if child.process}

    def stop(self) -> None:
        """Stop everything that was started here, the last one first."""
        hurry = False

        def at_once(*_: object) -> None:
            nonlocal hurry
            hurry = True

        # A second Ctrl-C does not wait any longer, and cannot leave anything behind.
        before = {number: signal.signal(number, at_once) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            for child in reversed(self.children):
                process, child.process = child.process, None
                if process is None:
                    continue
                if process.poll() is None:
                    process.send_signal(child.stop_signal)
                end = time.monotonic() + PATIENCE
                while process.poll() is None and time.monotonic() < end and not hurry:
                    time.sleep(0.02)
                kill_group(process.pid)
                process.wait(10)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        self.children.clear()


def kill_group(pid: int) -> None:
    """End what a fallen child may have left behind in its own process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
