"""Bars of all clocks of a case on one time axis: where each starts, stands and ends, in percent of the axis. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
# An axis has at most this many dates; more would touch each other.
MOST_TICKS = 8
# Beyond this many days weekends are too thin to be seen.
LONGEST_WITH_WEEKENDS = 130
# A span this thin would vanish; it is drawn at least so wide.
THINNEST = 0.6


@dataclass(frozen=True, slots=True)
class Span:
    """What is to be drawn of one clock or target; instants are aware.

    Where `is_duty` is false the limit passing is no breach: something may be done up to it, or somebody else must.
    `was_until` is the limit before it was extended. `waits` are the times in which a target stood still; None = still does.
    """

    title: str
    detail: str
    anchor: str
    ours: bool
    starts_at: datetime
    ends_at: datetime | None
    settled_at: datetime | None = None
    status: str = "running"
    is_duty: bool = True
    warned_at: datetime | None = None
    was_until: datetime | None = None
    extended_at: datetime | None = None
    waits: tuple[tuple[datetime, datetime | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a bar, from `x` on, `width` long, in percent of the axis as SVG writes it."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on a bar: limit, was, extended, warned, met or missed."""

    kind: str
    x: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One clock or target, ready to draw."""

    span: Span
    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...]
    passed: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A date on the axis; every second one is left out where the page is narrow."""

    at: datetime
    x: str
    second: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """All bars of a case on one axis; `now` is None where today lies outside it."""

    starts_at: datetime
    ends_at: datetime
    now: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    weekends: tuple[Piece, ...]


def chart(spans: Sequence[Span], *, now: datetime, zone: str) -> Chart | None:
    """Return the bars on one axis of whole days in this zone; None without anything to draw."""
    if not spans:
        return None
    moments = [now, *(at for span in spans for at in (span.starts_at, span.ends_at, span.settled_at) if at)]
    tz = ZoneInfo(zone)
    first, last = (at.astimezone(tz).date() for at in (min(moments), max(moments)))
    # A day of air on the right, so that the last limit is not the edge of the page.
    axis = _Axis(datetime.combine(first, time(), tz), datetime.combine(last + 2 * DAY, time(), tz))
    return Chart(
        starts_at=axis.start,
        ends_at=axis.end,
        now=axis.x(now),
        bars=tuple(_bar(span, axis, now) for span in spans),
        ticks=_ticks(axis),
        weekends=_weekends(axis),
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    start: datetime
    end: datetime

    @property
    def days(self) -> int:
        return (self.end.date() - self.start.date()).days

    def share(self, at: datetime) -> float:
        # Two instants of one zone subtract by their wall clocks: days stay equally wide when the clocks change.
        return max(0.0, min(100.0, (at.astimezone(self.start.tzinfo) - self.start) / (self.end - self.start) * 100))

    def x(self, at: datetime) -> str:
        return f"{self.share(at):.2f}%"

    def piece(self, kind: str, since: datetime, until: datetime) -> Piece:
        return Piece(kind, self.x(since), f"{max(THINNEST, self.share(until) - self.share(since)):.2f}%")


def _bar(span: Span, axis: _Axis, now: datetime) -> Bar:
    """Return what is used (solid, or hollow for ours), what is left (a line), and the marks."""
    reached = span.settled_at or (min(now, span.ends_at) if span.status == "ended" and span.ends_at else now)
    on_time = min(reached, span.ends_at) if span.ends_at else reached
    pieces: list[Piece] = []
    if span.ends_at and span.ends_at > reached:
        pieces.append(axis.piece("left", max(reached, span.starts_at), span.ends_at))
    pieces += _used(span, axis, max(on_time, span.starts_at))
    if span.is_duty and span.ends_at and reached > span.ends_at:
        pieces.append(axis.piece("ours-late" if span.ours else "late", max(span.ends_at, span.starts_at), reached))
    points = [
        ("limit", span.ends_at), ("was", span.was_until), ("extended", span.extended_at), ("warned", span.warned_at),
        (span.status if span.status == "met" or (span.status == "missed" and span.is_duty) else "settled", span.settled_at),
    ]  # fmt: skip
    passed = bool(span.ends_at and span.ends_at < now)
    return Bar(span, tuple(pieces), tuple(Mark(kind, axis.x(at)) for kind, at in points if at), passed)


def _used(span: Span, axis: _Axis, until: datetime) -> list[Piece]:
    """Return the time used, cut where a target stood still; the law's clocks have no waits and are one piece."""
    kind = "ours" if span.ours else "met" if span.status == "met" else "used"
    pieces, at = [], span.starts_at
    for since, ended in sorted(span.waits, key=lambda wait: wait[0]):
        begun, over = max(at, min(since, until)), max(at, min(ended or until, until))
        if begun > at:
            pieces.append(axis.piece(kind, at, begun))
        if over > begun:
            pieces.append(axis.piece("paused", begun, over))
        at = over
    if until > at or not pieces:
        pieces.append(axis.piece(kind, at, until))
    return pieces


def _ticks(axis: _Axis) -> tuple[Tick, ...]:
    """Return the Mondays, or every second, third and so on where there would be too many."""
    monday = axis.start + (-axis.start.weekday() % 7) * DAY
    weeks = 1
    while (axis.days // (7 * weeks)) > MOST_TICKS:
        weeks += 1
    found: list[datetime] = []
    while monday < axis.end:
        found.append(monday)
        monday += 7 * weeks * DAY
    # The last date needs room to its right for its own words.
    return tuple(Tick(at, axis.x(at), bool(n % 2)) for n, at in enumerate(found) if axis.share(at) < 92)


def _weekends(axis: _Axis) -> tuple[Piece, ...]:
    if axis.days > LONGEST_WITH_WEEKENDS:
        return ()
    days = (axis.start + n * DAY for n in range(axis.days))
    return tuple(axis.piece("weekend", day, day + DAY) for day in days if day.weekday() >= 5)
