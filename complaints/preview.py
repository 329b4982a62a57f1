"""What a change of facts would do to the clocks, worked out in memory; nothing is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from complaints.errors import Refused
from complaints.models import Clock, Complaint, Entry, Kind
from complaints.services.law import facts_of, project
from regulations import books, engine
from regulations.models import ClockStatus


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one clock: its title and a sentence about it; worse when its end comes earlier or starts."""

    title: str
    said: str
    worse: bool = False


def of_facts(
    complaint: Complaint, *, facts: dict[str, object], complaint_class: list[str], complainant: str, at: datetime
) -> list[Effect]:
    """Return what these facts would change; an empty list when every clock stays as it is."""
    story = list(complaint.story.order_by("seq"))
    told = {**facts_of(complaint), **facts, "complaint_class": complaint_class, "complainant": complainant}
    for dropped in complaint.facts.keys() - facts.keys():
        told.pop(dropped, None)
    entry = Entry(kind=Kind.FACTS_CHANGED, occurred_at=at, recorded_at=at, data={"facts": told})
    try:
        derived = {(row.rule, row.obligation): row for row in project(complaint, [*story, entry], books.current())}
    except engine.EngineError as error:
        raise Refused(f"The clocks could not be worked out: {error}") from error
    stored = {(row.rule, row.obligation): row for row in complaint.clocks.order_by("ends_at", "id")}
    zone = ZoneInfo(complaint.respondent.zone)
    effects = [_changed(row, derived.get(pair), zone) for pair, row in stored.items()]
    effects += [_started(row, zone) for pair, row in derived.items() if pair not in stored]
    return [effect for effect in effects if effect is not None]


def _changed(row: Clock, now: Clock | None, zone: ZoneInfo) -> Effect | None:
    if now is None:
        gone = row.status == ClockStatus.ENDED
        return None if gone else Effect(row.title, f"no longer applies ({row.citation}).")
    if now.ends_at != row.ends_at:
        worse = bool(now.ends_at and (row.ends_at is None or now.ends_at < row.ends_at))
        return Effect(row.title, f"moves from {_day(row.ends_at, zone)} to {_day(now.ends_at, zone)}.", worse)
    if row.status == ClockStatus.ENDED != now.status:
        return _started(now, zone)
    return None


def _started(row: Clock, zone: ZoneInfo) -> Effect:
    return Effect(row.title, f"starts, due {_day(row.ends_at, zone)} ({row.citation}).", worse=row.is_duty)


def _day(ends_at: datetime | None, zone: ZoneInfo) -> str:
    """Return the day a limit falls on, in words; one that ends at midnight belongs to the day before."""
    return f"{(ends_at - timedelta(microseconds=1)).astimezone(zone):%A %-d %B %Y}" if ends_at else "no fixed date"
