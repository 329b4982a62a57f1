"""From the clocks file of a case to what its chart draws: law first, then ours, each with its words."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from complaints.bars import Span
from complaints.clockfile import ClockFile, Line, OurLine
from complaints.models import Clock, Target

# A limit so far away would press all others into the corner; its sentence says its date.
FURTHEST = timedelta(days=200)


def spans(file: ClockFile, *, zone: str, now: datetime) -> list[Span]:
    """Return what is drawn, in the order things began; law before ours."""
    law = [_law(line, ZoneInfo(zone)) for line in file.lines]
    near = [span for span in law if span.ends_at and span.ends_at - span.starts_at <= FURTHEST]
    return [*sorted(near, key=lambda span: (span.starts_at, span.ends_at or now)), *map(_ours, file.ours)]


def undrawn(file: ClockFile, *, zone: str) -> list[str]:
    """Return the titles of clocks without a date, or with one too far away to be drawn."""
    found = [_law(line, ZoneInfo(zone)) for line in file.lines]
    return [span.title for span in found if span.ends_at is None or span.ends_at - span.starts_at > FURTHEST]


def _law(line: Line, tz: ZoneInfo) -> Span:
    clock: Clock = line.clock
    return Span(
        title=clock.title, detail=clock.citation, anchor=f"?clock={clock.pk}", ours=False,
        starts_at=datetime.combine(clock.trigger_on, time(), tz), ends_at=clock.ends_at, settled_at=clock.settled_at,
        status=clock.status, is_duty=clock.is_duty, warned_at=clock.warned_at, was_until=line.was_until, extended_at=line.extended_at,
    )  # fmt: skip


def _ours(line: OurLine) -> Span:
    target: Target = line.target
    return Span(
        title=target.title, detail="Ours, may pause", anchor=f"#target-{target.key}", ours=True,
        starts_at=target.started_at, ends_at=target.ends_at, settled_at=target.settled_at, status=target.status,
        waits=tuple((wait.since, wait.until) for wait in line.waits),
    )  # fmt: skip
