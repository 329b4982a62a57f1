"""Runs a program of ours with a wall clock that follows a file: `chaos_program FILE MODULE WORDS`.

The file holds the seconds by which the clock is off. Its forked children follow it too. Run with .venv's Python.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading
import time
from pathlib import Path

import time_machine

LOOK = 0.2  # seconds between two looks at the file


def follow(path: Path) -> None:
    """Step this process's clock whenever the file says another number."""
    off, travel = 0.0, None
    while True:
        wanted = float(path.read_text(encoding="utf-8") or 0) if path.exists() else 0.0
        if wanted != off:
            if travel:
                travel.stop()
            off, travel = wanted, time_machine.travel(time.time() + wanted, tick=True) if wanted else None
            if travel:
                travel.start()
        time.sleep(LOOK)


def begin(path: Path) -> None:
    """Follow the file from a thread of its own, here and in every child."""
    threading.Thread(target=follow, args=(path,), daemon=True).start()


if __name__ == "__main__":
    where, module, *words = sys.argv[1:]
    begin(Path(where))
    os.register_at_fork(after_in_child=lambda: begin(Path(where)))
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
