"""The headings of the queue: overdue, today, the days after it, later, and what no limit runs for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from complaints.models import Complaint


@dataclass(frozen=True, slots=True)
class Day:
    """A heading of the queue: its name and the moments it spans. No end means all that follows."""

    key: str
    title: str
    start: datetime | None
    end: datetime | None


def days(now: datetime, zone: str) -> list[Day]:
    """Return the headings: overdue, today and the six days after it where the reader is, then later."""
    here = now.astimezone(ZoneInfo(zone))
    midnights = [datetime.combine(here.date() + timedelta(days=ahead), time(), ZoneInfo(zone)) for ahead in range(1, 8)]
    starts = [now, *midnights[:-1]]
    headings = [Day("overdue", "Overdue", None, now)]
    for ahead, (start, end) in enumerate(zip(starts, midnights, strict=True)):
        name = f"{here.date() + timedelta(days=ahead):%A %-d %B}"
        title = {0: f"Today, {name}", 1: f"Tomorrow, {name}"}.get(ahead, name)
        headings.append(Day(f"day{ahead}", title, start, end))
    return [*headings, Day("later", "Later", midnights[-1], None), Day("none", "No legal limit runs", None, None)]


def within(found: QuerySet[Complaint], day: Day) -> QuerySet[Complaint]:
    """Return those whose limit lies in this heading. A limit that ends at midnight belongs to the day it ends."""
    if day.key == "none":
        return found.filter(next_due_at__isnull=True)
    if day.key == "overdue":
        return found.filter(next_due_at__lte=day.end)
    found = found.filter(next_due_at__gt=day.start)
    return found.filter(next_due_at__lte=day.end) if day.end else found


def day_of(moment: datetime | None, headings: list[Day]) -> Day:
    """Return the heading a limit stands under."""
    if moment is None:
        return headings[-1]
    dated = (day for day in headings[:-1] if day.end is None or moment <= day.end)
    return next(dated)
