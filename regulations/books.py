"""The law as it is published: one book and its calendars, compiled once per process and version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import Max, Q, Subquery

from regulations.calendars.generate import FIRST_YEAR
from regulations.calendars.shipped import WEEKDAYS
from regulations.engine import Book, Clock, Definition, Event, Remembered, compile_book, evaluate
from regulations.engine.calendars import Calendar
from regulations.engine.opening import read_hours
from regulations.engine.targets import Target, compiled
from regulations.models import CalendarVersion, RuleVersion, TargetVersion

# A complaint received shortly before the horizon still gets its longest limit, which says that it runs beyond.
BEYOND = timedelta(days=1_100)


@dataclass(frozen=True, slots=True)
class Law:
    """Every rule version published up to one moment, and the newest version then of every calendar.

    `rules` and `calendars_mark` are the keys of the last rows that belong to it: a complaint pins them, so that its
    clocks can be derived again with the law as it was known then.
    """

    book: Book
    calendars: Mapping[str, Calendar]
    rules: int = 0
    calendars_mark: int = 0
    memory: Remembered | None = None
    # Our own targets stand beside the law, with a mark of their own; no clock of the law ever looks at them.
    targets: tuple[Target, ...] = ()
    targets_mark: int = 0

    def clocks(self, facts: Mapping[str, object], events: Sequence[Event]) -> list[Clock]:
        """Return the clocks this law runs, from memory where it has one. Raises engine.EngineError."""
        if self.memory is not None:
            return self.memory.evaluate(facts, events)
        return evaluate(self.book, facts, events, self.calendars)


def current() -> Law:
    """Return the published law. One small query tells whether it changed since this process compiled it."""
    calendar = Subquery(CalendarVersion.objects.order_by("-pk").values("pk")[:1])
    target = Subquery(TargetVersion.objects.order_by("-pk").values("pk")[:1])
    rows = RuleVersion.objects.order_by("-pk").annotate(calendar=calendar, target=target)
    rules, calendars, targets = rows.values_list("pk", "calendar", "target").first() or (0, 0, 0)
    return at(rules, calendars or 0, targets or 0)


@lru_cache(maxsize=2)
def remembering(rules: int, calendars: int, targets: int = 0) -> Law:
    """Return the same law with a memory, for whoever derives many complaints: few questions, many who ask them."""
    law = at(rules, calendars, targets)
    return replace(law, memory=Remembered(law.book, law.calendars))


def known_on(instant: datetime) -> Law:
    """Return the law as it was published at a past instant; what came first where nothing was published yet."""
    marks = []
    for model in (RuleVersion, CalendarVersion):
        known = model.objects.filter(published_at__lte=instant).aggregate(last=Max("pk"))["last"]
        marks.append(known or model.objects.aggregate(last=Max("pk", filter=Q(version=1)))["last"] or 0)
    return at(*marks)


def with_targets_of(law: Law, instant: datetime) -> Law:
    """Return the same law beside our own targets as they were published at a past instant; none before the first."""
    mark = TargetVersion.objects.filter(published_at__lte=instant).aggregate(last=Max("pk"))["last"] or 0
    return at(law.rules, law.calendars_mark, mark)


def at(rules: int, calendars: int, targets: int = 0) -> Law:
    """Return the law as it was published up to these rows, and our own targets up to theirs."""
    return _beside(rules, calendars, targets) if targets else _law(rules, calendars)


@lru_cache(maxsize=16)
def _beside(rules: int, calendars: int, targets: int) -> Law:
    rows = TargetVersion.objects.filter(pk__lte=targets).order_by("version")
    newest = {row.key: compiled({**row.definition, "version": row.version}) for row in rows}
    return replace(_law(rules, calendars), targets=tuple(newest.values()), targets_mark=targets)


@lru_cache(maxsize=16)
def _law(rules: int, calendars: int) -> Law:
    rows = RuleVersion.objects.filter(pk__lte=rules).order_by("rule", "version")
    book = compile_book(Definition({**row.definition, "version": row.version}, row.enforced) for row in rows)
    newest = {row.key: row for row in CalendarVersion.objects.filter(pk__lte=calendars).order_by("version")}
    return Law(book, {key: calendar_of(row) for key, row in newest.items()}, rules, calendars)


def calendar_of(row: CalendarVersion) -> Calendar:
    """Return what the engine counts with. Beyond the day it is known until only weekends are closed, for some years."""
    return Calendar(
        row.key,
        weekend=frozenset(WEEKDAYS.index(name) for name in row.weekend),
        closed={date.fromisoformat(day): name for day, name in row.closed.items()},
        first=date(FIRST_YEAR, 1, 1),
        last=row.known_until + BEYOND,
        version=row.version,
        known=row.known_until,
        hours=read_hours(row.hours, row.weekend),
    )
