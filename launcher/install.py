"""The virtual environment, and the hash-pinned packages in it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from launcher.places import PYTHON, ROOT, VENV, prepare
from launcher.terminal import Problem, say

INSTALLER = Path(__file__).with_name("installer.txt")
STAMP = VENV / "redress-installed.json"


def install(names: Sequence[str]) -> None:
    """Bring .venv to what the named lock files pin; do nothing when it is there already."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    wanted = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in names}
    python, there = read_stamp(STAMP)
    if PYTHON.exists() and wanted.items() <= there.items():
        return
    # A virtual environment somebody made by hand is kept; one of another Python is of no use.
    if not PYTHON.exists() or (python and python != version):
        make_venv()
        there = {}
    say(f"Installing what {', '.join(names)} pin")
    locks = [word for name in names for word in ("--requirement", str(ROOT / name))]
    if not (with_uv(locks) or with_pip(locks)):
        raise Problem(
            "The pinned packages could not be installed; the installer's own words are above. "
            "Most often no package index is reachable: check the network or pip's configuration, then say it again."
        )
    STAMP.write_text(json.dumps({"python": version, "locks": {**there, **wanted}}), encoding="utf-8")


def read_stamp(stamp: Path) -> tuple[str, dict[str, str]]:
    """Return the Python version and the locks that were installed last, empty when nobody wrote them down."""
    try:
        content = json.loads(stamp.read_text(encoding="utf-8"))
        return content["python"], content["locks"]
    except (OSError, ValueError, KeyError, TypeError):
        return "", {}


def make_venv() -> None:
    """Make the virtual environment anew."""
    prepare(VENV.parent, megabytes=1000)
    say(f"Making {VENV.name}")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        raise Problem(
            f"The virtual environment could not be made: {(made.stdout + made.stderr).strip()[-400:]}\n"
            "On Debian and Ubuntu: apt-get install python3-venv"
        )


def with_uv(locks: Sequence[str]) -> bool:
    """Install with uv, itself pinned and put into the virtual environment; return whether it worked."""
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", str(INSTALLER)]
    if subprocess.run(pip, capture_output=True).returncode:
        return False
    environment = dict(os.environ)
    # uv does not read pip's configuration: hand over the one thing a mirror needs.
    index = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True
    )
    if address := os.environ.get("PIP_INDEX_URL") or index.stdout.strip():
        environment.setdefault("UV_DEFAULT_INDEX", address)
    command = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes"]
    return subprocess.run([*command, *locks], stdout=sys.stderr, env=environment).returncode == 0


def with_pip(locks: Sequence[str]) -> bool:
    """Install with pip; return whether it worked."""
    say("uv could not do it; trying pip")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", *locks]
    return subprocess.run(command, stdout=sys.stderr).returncode == 0
