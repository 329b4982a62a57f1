"""Secrets made once per checkout and kept beside the data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def kept(path: Path) -> str:
    """Return the secret in the file, made at random the first time; only its owner may read it."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        words = secrets.token_urlsafe(48)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(words)
        return words
