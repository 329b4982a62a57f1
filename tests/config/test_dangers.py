"""What must not be written in serving code, because a library makes it dangerous."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("complaints", "config", "correspondence", "escalations", "insights", "regulations", "users")
# django-fsm lifts its guard for the whole process while it refreshes a complaint: two threads trip over each other.
REFRESHED = re.compile(r"(?<!letter)\.refresh_from_db\(")


def test_no_complaint_is_refreshed_while_people_are_served() -> None:
    found = [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if REFRESHED.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []
