"""The columns of the heat map: overdue, the hours of today, and the working days after it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WORKING_DAYS = 10
SATURDAY = 5
# Today is cut where people plan: before lunch, before the last post, before they go, and what is left of it.
BLOCKS = (time(12), time(15), time(18))


@dataclass(frozen=True, slots=True)
class Column:
    """A span of limits, (start, end] in UTC, and its heading. No start: all that is overdue."""

    key: str
    title: str
    note: str
    start: datetime | None
    end: datetime
    new_week: bool = False

    @property
    def span(self) -> str:
        """Return the span as the queue's address has it."""
        return (
            f"{self.start:%Y-%m-%dT%H:%MZ}~{self.end:%Y-%m-%dT%H:%MZ}" if self.start else f"~{self.end:%Y-%m-%dT%H:%MZ}"
        )


def columns(now: datetime, zone: str) -> list[Column]:
    """Return the columns as the team's zone has the days, from this minute on.

    A working day reaches until the next one begins: what is due on a Sunday has to be out by Friday, so it stands there.
    """
    place = ZoneInfo(zone)
    # Cells are links; to the minute, a page read twice within it leads to the same list.
    now = now.astimezone(UTC).replace(second=0, microsecond=0)
    today = now.astimezone(place).date()
    found = [Column("overdue", "Overdue", "", None, now), *_today(now, today, place)]
    day = _next_working(today)
    for ahead in range(1, WORKING_DAYS):
        after = _next_working(day)
        found.append(
            Column(f"day{ahead}", f"{day:%a}", f"{day:%-d %b}", _midnight(day, place), _midnight(after, place),
                   new_week=day.weekday() == 0)
        )  # fmt: skip
        day = after
    return found


def _today(now: datetime, today: date, place: ZoneInfo) -> list[Column]:
    """Return what is left of today, and of the days off behind it, in blocks of hours."""
    end = _midnight(_next_working(today), place)
    if today.weekday() >= SATURDAY:
        return [Column("today", f"{today:%a}", f"{today:%-d %b}", now, end)]
    found, start = [], now
    for block in BLOCKS:
        until = datetime.combine(today, block, place).astimezone(UTC)
        if until > start:
            found.append(Column(f"until{block:%H}", "Today", f"to {block:%H:%M}", start, until))
            start = until
    return [*found, Column("tonight", "Today", "later", start, end)]


def _next_working(day: date) -> date:
    day += timedelta(days=1)
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day


def _midnight(day: date, place: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), place).astimezone(UTC)
