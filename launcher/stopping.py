"""`./redress stop` and `./redress reset`."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence

from launcher import holding, state
from launcher.places import VAR
from launcher.terminal import Problem, say

# Everything the launcher and the product keep; what somebody else put beside it stays.
KEPT = (
    "postgres", "broker", "files", "static", "mail", "log", "run.json", "run.new", "secret_key", "database_password",
    "broker_password", "first_start_done", "beat-schedule", "beat-schedule.db", "beat-schedule.dat",
    "beat-schedule.dir", "beat-schedule.bak",
)  # fmt: skip


def stop(words: Sequence[str]) -> int:
    """Stop the run that was started in another terminal, and wait until it is gone."""
    argparse.ArgumentParser(prog="./redress stop", description=stop.__doc__).parse_args(words)
    running = state.current(holding.STATE)
    if running is None:
        if (lock := holding.LOCK).exists() and (held := state.take_lock(lock)):
            with held:
                holding.clear_leftovers(holding.STATE)
        say("Nothing is running")
        return 0
    say(f"Stopping the run with process number {running.launcher.pid}")
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.launcher.pid, signal.SIGTERM)
    end = time.monotonic() + 120
    while running.launcher.alive():
        if time.monotonic() > end:
            raise Problem("It did not stop within two minutes. Look at its terminal.")
        time.sleep(0.1)
    say("Stopped; the data is kept")
    return 0


def reset(words: Sequence[str]) -> int:
    """Remove the data of `run` on this machine, after asking."""
    parser = argparse.ArgumentParser(prog="./redress reset", description=reset.__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    sure = parser.parse_args(words).yes
    there = [VAR / name for name in KEPT if (VAR / name).exists()]
    if not there:
        say("There is no data to remove")
        return 0
    lock = state.take_lock(holding.LOCK)
    if lock is None:
        raise Problem("Redress is running on this data; stop it first: ./redress stop")
    with lock:
        if not sure and not agreed():
            say("Nothing was removed")
            return 1
        holding.clear_leftovers(holding.STATE)
        for path in there:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    say(f"The data in {VAR} is gone; the next ./redress run starts anew")
    return 0


def agreed() -> bool:
    """Ask the person; anything but yes is no."""
    print(f"Remove all complaints, letters and files in {VAR}? Type yes: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() == "yes"
