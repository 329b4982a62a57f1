"""The calendars that come with the product."""

from __future__ import annotations

import json
from datetime import date
from functools import cache

from regulations.calendars.generate import FILE, FIRST_YEAR, LAST_YEAR
from regulations.engine.calendars import Calendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@cache
def load_calendars() -> dict[str, Calendar]:
    """Return every shipped calendar by its key, known from the first to the last generated year."""
    return {
        key: Calendar(
            key,
            weekend=frozenset(WEEKDAYS.index(name) for name in words["weekend"]),
            closed={date.fromisoformat(day): name for day, name in words["closed"].items()},
            first=date(FIRST_YEAR, 1, 1),
            last=date(LAST_YEAR, 12, 31),
        )
        for key, words in json.loads(FILE.read_text(encoding="utf-8")).items()
    }
