"""Where things are: the checkout, the virtual environment and the data."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from launcher.terminal import Problem

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("REDRESS_VENV") or ROOT / ".venv").absolute()
PYTHON = VENV / "bin" / "python"
VAR = Path(os.environ.get("REDRESS_VAR") or ROOT / "var").absolute()


def prepare(folder: Path, *, megabytes: int = 300) -> None:
    """Make the folder, or say in one sentence why nothing can be kept there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
    except OSError as error:
        raise Problem(
            f"Nothing can be written to {folder}: {error.strerror}. Make it writable, or set REDRESS_VAR."
        ) from error
    free = shutil.disk_usage(folder).free // 2**20
    if free < megabytes:
        raise Problem(f"Only {free} MB are free on the disk of {folder}; Redress needs {megabytes}. Make room first.")
