"""From what happened to where each target stands: its run, its pauses, its due moment, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from regulations.engine.calendars import Calendar
from regulations.engine.model import EngineError
from regulations.engine.targets.counting import Counted, Hours, Wait, days_from, hours_from
from regulations.engine.targets.model import WAITS, Target
from regulations.engine.targets.words import left_in_words, sentence

# What ends a target without meeting it.
ENDINGS = frozenset({"closed", "withdrawn", "forwarded", "not_a_complaint", "merged"})
# An answer ends every wait: nobody waits for more.
ANSWERS = frozenset({"final_sent", "summary_sent"})


@dataclass(frozen=True, slots=True)
class Happening:
    """Something in the story, at an aware instant."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class About:
    """What a target looks at of a complaint: whose it is, what it is about, and when people work on it."""

    team: str
    product: str
    jurisdiction: str
    team_hours: Hours
    house_hours: Hours
    working: Calendar

    def hours(self, target: Target) -> Hours:
        """Return the working time in which this target is counted; its zone also names the days."""
        return self.team_hours if target.time == "team" else self.house_hours


@dataclass(frozen=True, slots=True)
class Run:
    """Where one target stands. `ends_at` (UTC) is None while it stands still; `left` then says what is left.

    `status`: running, paused, met, missed (met late) or ended.
    """

    target: Target
    zone: ZoneInfo
    calendar: Calendar
    started_by: str
    started_at: datetime
    started_on: date
    due_on: date | None
    ends_at: datetime | None
    left: str
    status: str
    settled_at: datetime | None
    settled_by: str
    waits: tuple[Wait, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class _Span:
    """From what started a target to what settled it."""

    start: Happening
    end: Happening | None


def applies(target: Target, about: About) -> bool:
    """Say whether the target is for this complaint."""
    asked = (
        (target.teams, about.team), (target.products, about.product), (target.jurisdictions, about.jurisdiction),
    )  # fmt: skip
    return target.in_use and all(not names or name in names for names, name in asked)


def runs(
    targets: Iterable[Target], about: About, story: Sequence[Happening], calendars: Mapping[str, Calendar]
) -> list[Run]:
    """Return where every target for this complaint stands."""
    found = (run(target, about, story, calendars) for target in targets if applies(target, about))
    return [one for one in found if one is not None]


def run(target: Target, about: About, story: Sequence[Happening], calendars: Mapping[str, Calendar]) -> Run | None:
    """Return where the target stands; None while nothing has started it."""
    told = _in_order(story)
    span = _newest(target, told)
    if span is None:
        return None
    hours, calendar = about.hours(target), _calendar(target, about, calendars)
    end = span.end.at if span.end else None
    waits = _waits(target, told, start=span.start.at, end=end)
    started_on = span.start.at.astimezone(hours.zone).date()
    problem = ""
    try:
        counted = _count(target, span.start.at, calendar, waits, hours)
    except EngineError as error:
        # A target nobody can count shows why, and never stands in the way of a step the law asks for.
        counted, problem = Counted(), str(error)
    ends_at = counted.due_at
    if counted.due_on is not None:
        ends_at = datetime.combine(counted.due_on + timedelta(days=1), time(), hours.zone).astimezone(UTC)
    due_on = counted.due_on or (ends_at.astimezone(hours.zone).date() if ends_at else None)
    left = "" if ends_at or problem else left_in_words(target, counted.left)
    return Run(
        target=target, zone=hours.zone, calendar=calendar, started_by=span.start.kind, started_at=span.start.at,
        started_on=started_on, due_on=due_on, ends_at=ends_at, left=left, status=_status(span, ends_at, left=left),
        settled_at=end, settled_by=span.end.kind if span.end else "", waits=waits,
        sentence=problem or sentence(target, span.start, hours.zone, calendar, ends_at, waits, left, about.team),
    )  # fmt: skip


def _in_order(story: Sequence[Happening]) -> list[Happening]:
    told = sorted(story, key=lambda one: one.at)
    first = next((one for one in told if one.kind == "received"), None)
    # A complaint is received once. A merge tells of an earlier receipt; the later one starts nothing.
    return [one for one in told if one.kind != "received" or one is first]


def _newest(target: Target, told: Sequence[Happening]) -> _Span | None:
    """Return the newest span. What starts a target again while it runs buys no time: a second reply is one more reason."""
    start: Happening | None = None
    newest: _Span | None = None
    for one in told:
        if start is not None and (one.kind in target.met_by or one.kind in ENDINGS):
            newest, start = _Span(start, one), None
        elif start is None and one.kind in target.starts:
            start = one
            newest = _Span(one, None)
    return newest


def _waits(target: Target, told: Sequence[Happening], *, start: datetime, end: datetime | None) -> tuple[Wait, ...]:
    """Return the waits that pause the target, cut to the time in which it ran."""
    found: list[Wait] = []
    for name in sorted(target.pauses):
        begins, ends, why = WAITS[name]
        since: datetime | None = None
        for one in told:
            if one.kind == begins and since is None:
                since = one.at
            elif since is not None and (one.kind == ends or one.kind in ANSWERS or one.kind in ENDINGS):
                found.append(Wait(since, one.at, why))
                since = None
        if since is not None:
            found.append(Wait(since, None, why))
    cut = [
        Wait(max(wait.since, start), min(filter(None, (wait.until, end)), default=None), wait.why)
        for wait in found
        if (end is None or wait.since < end) and (wait.until is None or wait.until > start)
    ]
    return tuple(sorted(cut, key=lambda wait: wait.since))


def _count(target: Target, start: datetime, calendar: Calendar, waits: Sequence[Wait], hours: Hours) -> Counted:
    if target.length.elapses:
        return hours_from(start, target.length, calendar, waits, None if target.time == "calendar" else hours)
    return days_from(start.astimezone(hours.zone).date(), target.length, calendar, waits, hours.zone)


def _calendar(target: Target, about: About, calendars: Mapping[str, Calendar]) -> Calendar:
    calendar = calendars.get(target.calendar, about.working)
    return calendar.with_weekend(target.weekend) if target.weekend is not None else calendar


def _status(span: _Span, ends_at: datetime | None, *, left: str) -> str:
    if span.end is None:
        return "paused" if left else "running"
    if span.end.kind in ENDINGS:
        return "ended"
    return "met" if ends_at is None or span.end.at < ends_at else "missed"
