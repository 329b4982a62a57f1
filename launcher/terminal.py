"""What the launcher says to the person at the terminal: always on stderr, so that output can be piped."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

STARTED = time.monotonic()


class Problem(Exception):
    """Something a person must put right; its text says what and how."""


def say(words: str) -> None:
    """Tell the person at the terminal, with the seconds since the start."""
    # A terminal that was closed must not keep us from stopping what we started.
    with contextlib.suppress(OSError):
        print(f"[{time.monotonic() - STARTED:6.1f}s] {words}", file=sys.stderr, flush=True)


def last_words(log: Path, characters: int = 800) -> str:
    """Return the end of a log, or a sentence when there is none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        text = ""
    return text[-characters:] or "(it printed nothing)"
