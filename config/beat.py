"""When beat says "look now": by the monotonic clock, which nobody can set.

Celery's own scheduler goes by the wall clock. One that is set back by an hour silences it for that hour.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from celery.beat import PersistentScheduler
from celery.schedules import schedule


class SteadyScheduler(PersistentScheduler):
    """Sends every entry each time its interval (seconds) has passed, and all of them at the start."""

    def __init__(self, *words: Any, **more: Any) -> None:
        self._next: dict[str, float] = {}
        super().__init__(*words, **more)

    def tick(self, *_: object) -> float:
        """Send what is due, and return the seconds until something is due again."""
        for name, entry in self.schedule.items():
            assert isinstance(entry.schedule, schedule), "only intervals: a time of day is a row, not a tick"
            if self._next.get(name, 0.0) <= (now := monotonic()):
                self.apply_entry(entry, producer=self.producer)
                # What was missed while the broker was away is not made up: one "look now" finds everything.
                self._next[name] = max(self._next.get(name, now) + entry.schedule.seconds, monotonic())
        wait: float = min(self._next.values()) - monotonic()
        return max(wait, 0.0)
