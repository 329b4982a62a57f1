"""PostgreSQL refuses to run as root; here is how root's rights are given away."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from launcher.terminal import Problem

UNSHARE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


@dataclass(frozen=True)
class Identity:
    """Who a program runs as: words before its command, or another user."""

    prefix: tuple[str, ...] = ()
    user: str | None = None


def without_root() -> Identity:
    """Return how to run a program without root's rights: unchanged for anybody who is not root."""
    if os.geteuid() != 0:
        return Identity()
    # In a user namespace root is called 1000 and keeps its files, so that even a home closed to others works.
    if shutil.which("unshare") and subprocess.run([*UNSHARE, "true"], capture_output=True).returncode == 0:
        return Identity(prefix=UNSHARE)
    return Identity(user="nobody")


def hand_over(folder: Path, identity: Identity) -> None:
    """Give the folder to the user who will run the program there, when that is another one."""
    if identity.user is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    shutil.chown(folder, identity.user)
    reachable = subprocess.run(["test", "-w", str(folder)], user=identity.user, cwd="/").returncode == 0
    if not reachable:
        raise Problem(
            f"PostgreSQL may not run as root, and user {identity.user} cannot reach {folder}. Start Redress as a normal "
            "user, put the data where others may go (REDRESS_VAR=/var/lib/redress), or set DATABASE_URL."
        )
