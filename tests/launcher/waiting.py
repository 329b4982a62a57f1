"""Waiting for another process, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event


def until(holds: Callable[[], object], *, seconds: float, otherwise: Callable[[], str]) -> None:
    """Return as soon as it holds; fail with the words when it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, otherwise()
        Event().wait(0.05)
