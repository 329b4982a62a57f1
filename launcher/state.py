"""What is running now: var/run.json, and one lock that says who may use the data."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Process:
    """A process that cannot be mistaken for a later one with the same number."""

    pid: int
    born: str

    def alive(self) -> bool:
        """Return whether this very process still runs."""
        return bool(self.born) and birth(self.pid) == self.born


@dataclass
class Running:
    """A launcher at work: its children, the addresses of its servers and, once it serves, of its pages."""

    launcher: Process
    shared: bool = False  # a run, whose servers other commands may use; a command's own servers end with it
    environment: Mapping[str, str] = field(default_factory=dict)
    children: dict[str, Process] = field(default_factory=dict)
    address: str = ""


def birth(pid: int) -> str:
    """Return when the process began, in the system's own words; empty when there is none (or only its remains)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        if Path("/proc/self").exists():
            return ""
        listed = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
        return listed.stdout.strip()
    # The name in parentheses may hold anything; the fields after the last one do not.
    fields = text.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]


def this_process(pid: int | None = None) -> Process:
    """Return the process with its birth; this one when no number is given."""
    pid = os.getpid() if pid is None else pid
    return Process(pid, birth(pid))


def write(path: Path, running: Running) -> None:
    """Write the state whole or not at all; only its owner may read it, because addresses hold passwords."""
    draft = path.with_suffix(".new")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(running), file, indent=1)
    draft.replace(path)


def read(path: Path) -> Running | None:
    """Return what the file says, true or stale; None when there is no readable file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Running(
            launcher=Process(**content["launcher"]),
            shared=content["shared"],
            environment=content["environment"],
            children={name: Process(**child) for name, child in content["children"].items()},
            address=content["address"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def current(path: Path) -> Running | None:
    """Return the run that is alive; None when the file is stale or absent."""
    running = read(path)
    return running if running and running.shared and running.launcher.alive() else None


def take_lock(path: Path) -> IO[str] | None:
    """Take the data for this process until the file is closed or the process ends; None when another has it."""
    file = path.open("a", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
