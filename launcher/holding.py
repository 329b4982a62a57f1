"""Who may use the data of `run`: one command at a time, or any number beside a run."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from launcher import services, state
from launcher.install import install
from launcher.places import VAR, prepare
from launcher.secret import kept
from launcher.supervisor import Supervisor, kill_group
from launcher.terminal import say

STATE = VAR / "run.json"
LOCK = VAR / "lock"


@contextlib.contextmanager
def the_data(*, or_a_run: bool) -> Iterator[state.Running | None]:
    """Hold the data for the length of the block; yield the run that has it instead, when that is good enough."""
    prepare(VAR)
    said = False
    while (lock := state.take_lock(LOCK)) is None:
        running = state.current(STATE)
        if running and or_a_run:
            yield running
            return
        if not said:
            say("Another ./redress command is using the data; waiting for it to end")
            said = True
        time.sleep(0.2)
    with lock:
        clear_leftovers(STATE)
        yield None


def clear_leftovers(path: Path) -> None:
    """Stop what a launcher that was killed has left running; only processes that it wrote down."""
    left = state.read(path)
    if left is None:
        return
    for name, process in reversed(left.children.items()):
        if not process.alive():
            continue
        say(f"Stopping {name}, left behind by a launcher that was killed")
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGINT if name == "postgres" else signal.SIGTERM)
        end = time.monotonic() + 20
        while process.alive() and time.monotonic() < end:
            time.sleep(0.05)
        if process.alive():
            kill_group(process.pid)
    path.unlink(missing_ok=True)


def settings() -> dict[str, str]:
    """Return the settings every program of a checkout shares, beside the servers' addresses."""
    words = {"REDRESS_VAR": str(VAR)}
    if not {"SECRET_KEY", "SECRET_KEY_FILE"} & os.environ.keys():
        kept(VAR / "secret_key")
        words["SECRET_KEY_FILE"] = str(VAR / "secret_key")
    return words


@contextlib.contextmanager
def servers_for_a_command() -> Iterator[dict[str, str]]:
    """Yield the environment of a command: servers it was given, else those of a run, else its own until the block ends."""
    given = services.given_by_environment()
    install(services.locks(given))
    if len(given) == len(services.NAMES):
        prepare(VAR)
        yield settings()
        return
    with the_data(or_a_run=True) as running:
        if running:
            yield {**settings(), **running.environment, **given}
            return
        supervisor = Supervisor()
        try:
            addresses = services.start(supervisor, VAR, given)
            me = state.Running(state.this_process(), children=supervisor.processes())
            state.write(STATE, me)
            yield {**settings(), **addresses}
        finally:
            supervisor.stop()
            STATE.unlink(missing_ok=True)
