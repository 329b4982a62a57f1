"""What a clock's chip says: decided once, here, for pages and API alike. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

SOON = timedelta(hours=24)
NEAR = timedelta(days=3)


class Limit(Protocol):
    """What a chip needs to know of a clock."""

    kind: str
    status: str
    trigger_on: date
    ends_at: datetime | None
    settled_at: datetime | None

    @property
    def is_duty(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip: its tone (far, near, soon, overdue, met, missed, waiting), its words, and the share of time used."""

    tone: str
    text: str
    used: float = 0.0
    ends_at: datetime | None = None
    # True while the words change by themselves, from "Due in" to "Overdue by".
    ticks: bool = False


def chip_of(clock: Limit, *, now: datetime) -> Chip:
    """Return the chip of a clock at this moment. All moments are aware."""
    ends, settled = clock.ends_at, clock.settled_at
    if clock.status == "ended":
        return Chip("waiting", "No longer applies", ends_at=ends)
    if clock.status == "history":
        return Chip("waiting", "History", ends_at=ends)
    if clock.status == "met":
        return Chip("met", f"Met with {span(ends - settled)} to spare" if ends and settled else "Met", 1.0, ends)
    if ends is None:
        return Chip("waiting", "No end date")
    if not clock.is_duty:
        return _option(clock, ends, now=now)
    if clock.status == "missed" and settled:
        return Chip("missed", f"Missed by {span(settled - ends)}", 1.0, ends)
    return _running(clock, ends, now=now)


def _running(clock: Limit, ends: datetime, *, now: datetime) -> Chip:
    """A duty that is still to be done, in time or late."""
    if now >= ends:
        return Chip("overdue", f"Overdue by {span(now - ends)}", 1.0, ends, ticks=True)
    left = ends - now
    tone = "soon" if left < SOON else "near" if left <= NEAR else "far"
    return Chip(tone, f"Due in {span(left, units=2)}", share(clock.trigger_on, ends, now=now), ends, ticks=True)


def _option(clock: Limit, ends: datetime, *, now: datetime) -> Chip:
    """Something that may be done until then, or only from then: that it passes is no breach."""
    if clock.settled_at and clock.settled_at >= ends:
        return Chip("waiting", f"Late by {span(clock.settled_at - ends)}", 1.0, ends)
    if clock.kind == "F":
        return Chip("waiting", "Open now" if now >= ends else f"Opens in {span(ends - now, units=2)}", ends_at=ends)
    if now >= ends:
        return Chip("waiting", "Passed", 1.0, ends)
    used = share(clock.trigger_on, ends, now=now)
    return Chip("far", f"{span(ends - now, units=2)} left", used, ends)


def share(start: date, ends: datetime, *, now: datetime) -> float:
    """Return how much of the time from the midnight (UTC) that begins the start day is used, 0 to 1."""
    began = datetime.combine(start, time(), UTC)
    if ends <= began:
        return 1.0
    return min(max((now - began) / (ends - began), 0.0), 1.0)


def span(length: timedelta, *, units: int = 1) -> str:
    """Return a length of time in words of at most this many units, rounded down: 2d 3h, 4h, 20m."""
    minutes = int(abs(length).total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    parts = [f"{days}d" if days else "", f"{hours}h" if hours else "", f"{minutes % 60}m"]
    first = next(place for place, part in enumerate(parts) if part)
    said = [part for part in parts[first : first + units] if part and (part != "0m" or first == 2)]
    return " ".join(said)


def wedge(used: float, *, centre: float = 6, radius: float = 3.5) -> str:
    """Return the SVG path of the share of time used, clockwise from twelve; "" for none."""
    if used <= 0:
        return ""
    if used >= 0.995:
        top, low = centre - radius, centre + radius
        return f"M{centre} {top}A{radius} {radius} 0 1 1 {centre} {low}A{radius} {radius} 0 1 1 {centre} {top}Z"
    angle = 2 * math.pi * used
    x, y = centre + radius * math.sin(angle), centre - radius * math.cos(angle)
    large = int(used > 0.5)
    return f"M{centre} {centre}V{centre - radius}A{radius} {radius} 0 {large} 1 {x:.2f} {y:.2f}Z"
