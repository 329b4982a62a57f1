"""What a step would do to the clocks: it is taken, looked at, and taken back; nothing is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from complaints.models import Clock, Complaint
from regulations.models import ClockStatus

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one clock: its title and a sentence about it; worse when its end comes earlier or starts."""

    title: str
    said: str
    worse: bool = False


def of_step(complaint: Complaint, act: Callable[[], object], *, at: datetime) -> list[Effect]:
    """Return what the step would change of the clocks; an empty list when each stays as it is.

    It is the step itself that is asked, so what is shown is what saving does. Raises Refused as the step does.
    """
    stored = _clocks(complaint)
    with transaction.atomic():
        act()
        made = _clocks(complaint)
        transaction.set_rollback(True)
    zone = ZoneInfo(complaint.respondent.zone)
    effects = [_changed(row, made[pair], zone, at) for pair, row in stored.items() if pair in made]
    effects += [_started(row, zone) for pair, row in made.items() if pair not in stored]
    return [effect for effect in effects if effect is not None]


def _clocks(complaint: Complaint) -> dict[Pair, Clock]:
    rows = Clock.objects.filter(complaint=complaint).order_by("ends_at", "id")
    return {(row.rule, row.obligation): row for row in rows}


def _changed(row: Clock, now: Clock, zone: ZoneInfo, at: datetime) -> Effect | None:
    if row.status == ClockStatus.ENDED:
        return None if now.status == ClockStatus.ENDED else _started(now, zone)
    if now.status == ClockStatus.ENDED:
        return Effect(row.title, f"no longer applies ({row.citation}).")
    if now.ends_at != row.ends_at:
        worse = bool(now.ends_at and (row.ends_at is None or now.ends_at < row.ends_at))
        moved = f"moves from {_day(row.ends_at, zone)} to {_day(now.ends_at, zone)}"
        return Effect(row.title, f"{moved}{_at_once(now, at)}.", worse)
    if now.status != row.status and now.status in STANDS:
        return Effect(row.title, f"{STANDS[now.status]} ({row.citation}).", worse=now.status == ClockStatus.MISSED)
    return None


# What is said of a clock whose limit stays and whose outcome changes.
STANDS: dict[str, str] = {
    ClockStatus.MET: "is met",
    ClockStatus.MISSED: "is missed",
    ClockStatus.RUNNING: "runs again",
}


def _at_once(now: Clock, at: datetime) -> str:
    """Say of a duty whose new limit has passed already that it is overdue from the moment this is saved."""
    is_late = now.is_duty and now.is_open and now.ends_at is not None and now.ends_at <= at
    return ", which has passed: it is overdue at once" if is_late else ""


def _started(row: Clock, zone: ZoneInfo) -> Effect:
    return Effect(row.title, f"starts, due {_day(row.ends_at, zone)} ({row.citation}).", worse=row.is_duty)


def _day(ends_at: datetime | None, zone: ZoneInfo) -> str:
    """Return the day a limit falls on, in words; one that ends at midnight belongs to the day before."""
    return f"{(ends_at - timedelta(microseconds=1)).astimezone(zone):%A %-d %B %Y}" if ends_at else "no fixed date"
