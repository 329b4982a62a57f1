"""Why a target is due when it is, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from regulations.engine.calendars import Calendar
from regulations.engine.targets.counting import Wait
from regulations.engine.targets.model import Target

STARTED = {
    "received": "The complaint was received", "triaged": "It was sorted", "assigned": "It was given to somebody",
    "acknowledged": "It was acknowledged", "investigation_started": "The investigation started",
    "asked_customer": "The customer was asked", "customer_replied": "The customer replied",
    "asked_third_party": "A third party was asked", "third_party_replied": "The third party replied",
    "decided": "It was decided", "holding_sent": "A holding response was sent",
    "final_sent": "The final response was sent", "summary_sent": "The summary resolution was sent",
    "reopened": "It was reopened",
}  # fmt: skip


class Began(Protocol):
    """What started a target, and when."""

    @property
    def kind(self) -> str: ...

    @property
    def at(self) -> datetime: ...


def sentence(
    target: Target, start: Began, zone: ZoneInfo, calendar: Calendar, ends_at: datetime | None, waits: Sequence[Wait],
    left: str, team: str,
) -> str:  # fmt: skip
    """Return what started the target, how it was counted, what did not count, and where that leads."""
    began = f"{STARTED[start.kind]} on {_moment(start.at, zone)}."
    counted = f"Our target is {target.words}{_counted_by(target, calendar, team)}."
    if target.length.unit != "h":
        counted = f"{counted} Counting starts the next day."
    paused = [_waited(wait, zone) for wait in waits]
    if left:
        return " ".join([began, counted, *paused, f"It stands still, with {left} left."])
    ends = _end(ends_at, zone, target) if ends_at else ""
    return " ".join([began, counted, *paused, *([f"It is due {ends}."] if ends else [])])


def left_in_words(target: Target, left: timedelta | int) -> str:
    """Return what is left of a target that stands still, such as 2 working days or 3h 20m."""
    if isinstance(left, timedelta):
        minutes = int(left.total_seconds()) // 60
        parts = [f"{minutes // 60}h" if minutes >= 60 else "", f"{minutes % 60}m" if minutes % 60 else ""]
        return f"{' '.join(part for part in parts if part) or '0m'}"
    name = "working day" if target.length.unit == "bd" else "day"
    return f"{left} {name}{'' if left == 1 else 's'}"


def _counted_by(target: Target, calendar: Calendar, team: str) -> str:
    if target.time == "calendar":
        return ""
    whose = (team or "the team") if target.time == "team" else "the house"
    return f" of {whose} (calendar {calendar.key}, version {calendar.version})"


def _waited(wait: Wait, zone: ZoneInfo) -> str:
    began = f"From {_moment(wait.since, zone)} it paused, {wait.why}"
    return f"{began}, until {_moment(wait.until, zone)}." if wait.until else f"{began}."


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %-d %B %Y, %H:%M}"


def _end(ends_at: datetime, zone: ZoneInfo, target: Target) -> str:
    if target.length.elapses:
        return f"on {_moment(ends_at, zone)}"
    last = ends_at.astimezone(UTC) - timedelta(seconds=1)
    return f"by the end of {last.astimezone(zone):%a %-d %B %Y}"
