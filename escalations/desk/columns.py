"""The columns of the heat map: overdue, the hours of today, and the working days after it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from escalations.desk.workdays import WEEKDAYS, Workdays

WORKING_DAYS = 10
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
    # The day it stands for, on the clock of the place; none for what is overdue.
    day: date | None = None

    @property
    def span(self) -> str:
        """Return the span as the queue's address has it."""
        return (
            f"{self.start:%Y-%m-%dT%H:%MZ}~{self.end:%Y-%m-%dT%H:%MZ}" if self.start else f"~{self.end:%Y-%m-%dT%H:%MZ}"
        )


def columns(now: datetime, zone: str, days: Workdays = WEEKDAYS) -> list[Column]:
    """Return the columns as the team's zone has the days, from this minute on.

    A working day reaches until the next one begins: what is due on a Sunday has to be out by Friday, so it stands there.
    Which days are working days the centre's own calendar says.
    """
    place = ZoneInfo(zone)
    # Cells are links; to the minute, a page read twice within it leads to the same list.
    now = now.astimezone(UTC).replace(second=0, microsecond=0)
    today = now.astimezone(place).date()
    found = [Column("overdue", "Overdue", "", None, now), *_today(now, today, place, days)]
    day = days.next(today)
    previous = today
    for ahead in range(1, WORKING_DAYS):
        after = days.next(day)
        found.append(
            Column(f"day{ahead}", f"{day:%a}", f"{day:%-d %b}", _midnight(day, place), _midnight(after, place),
                   new_week=day.weekday() < previous.weekday(), day=day)
        )  # fmt: skip
        previous, day = day, after
    return found


def _today(now: datetime, today: date, place: ZoneInfo, days: Workdays) -> list[Column]:
    """Return what is left of today, and of the days off behind it, in blocks of hours."""
    end = _midnight(days.next(today), place)
    if days.closed(today):
        return [Column("today", f"{today:%a}", f"{today:%-d %b}", now, end, day=today)]
    found, start = [], now
    for block in BLOCKS:
        until = datetime.combine(today, block, place).astimezone(UTC)
        if until > start:
            found.append(Column(f"until{block:%H}", "Today", f"to {block:%H:%M}", start, until, day=today))
            start = until
    return [*found, Column("tonight", "Today", "later", start, end, day=today)]


def _midnight(day: date, place: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), place).astimezone(UTC)
