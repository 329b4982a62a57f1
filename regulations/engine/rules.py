"""Rules as their packs write them, compiled once into something quick to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from regulations.engine.calendars import Calendar
from regulations.engine.case import Case
from regulations.engine.conditions import Condition
from regulations.engine.lengths import Length
from regulations.engine.model import Event

SUMMARY = "summary_resolution_cutoff"


@dataclass(frozen=True, slots=True)
class Row:
    """The answer in one combination of readings."""

    trigger: Event
    trigger_on: date
    due_on: date | None = None
    due_at: datetime | None = None
    length: Length | None = None
    calendar: Calendar | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """A longer length on a condition, or when an event came in time."""

    to: Length
    lenient_to: Length | None = None
    by: str = ""
    within: Length | None = None
    lenient_within: Length | None = None
    when: Condition | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Disapplied:
    """What removes an obligation: an event in time."""

    by: str
    within: Length
    attrs: Mapping[str, object] = field(default_factory=dict)
    when: Condition | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing a rule demands."""

    key: str
    kind: str
    title: str
    triggers: tuple[str, ...]
    pick_last: bool = False
    otherwise: tuple[str, ...] = ()
    compliant: bool = False
    length: Length | None = None
    lenient: Length | None = None
    calendar: str = "REG"
    closes: bool = False
    extensions: tuple[Extension, ...] = ()
    disapplied: tuple[Disapplied, ...] = ()
    ends_with_summary: bool = False
    when: Condition | None = None
    calc: Callable[[Case, Obligation, Event], Row | None] | None = None
    dates: tuple[tuple[str, str, int], ...] = ()
    met_by: tuple[str, ...] = ()

    def trigger(self, case: Case) -> Event | None:
        """Return the event the limit counts from: the earliest, unless the pack says the last."""
        for names in (self.triggers, self.otherwise):
            if names == ("receipt",):
                return case.receipt()
            found = [
                (day, event)
                for name in names
                for day, event in case.all(name)
                if not (self.compliant and event.attrs.get("compliant") is False)
            ]
            if found:
                found.sort(key=lambda one: (one[0], str(one[1].at)))
                return found[-1 if self.pick_last else 0][1]
        return None

    def limit(self, case: Case, trigger: Event) -> Row | None:
        """Return the limit, before anything disapplies it."""
        if self.calc is not None:
            return self.calc(case, self, trigger)
        start = case.on(trigger)
        if self.length is None:
            return Row(trigger, start)
        calendar = case.calendar(self.calendar)
        length = self.length if case.strict else self.lenient or self.length
        if length.elapses:
            return elapsed(trigger, start, length, case)
        why = ""
        for extension in self.extensions:
            if self._extended(case, extension, start, calendar):
                length = extension.to if case.strict else extension.lenient_to or extension.to
                why = extension.why
        end = length.end(start, calendar, keeps=self.kind == "K")
        if length.roll:
            end = case.calendar(length.roll).roll(end)
        due_at = datetime.combine(end, case.facts.close_of_business, case.facts.zone) if self.closes else None
        return Row(trigger, start, end, due_at, length, calendar, why)

    def _extended(self, case: Case, extension: Extension, start: date, calendar: Calendar) -> bool:
        if extension.when is not None and not extension.when(case, start):
            return False
        within = extension.within if case.strict else extension.lenient_within or extension.within
        return within is None or case.in_time(extension.by, within.end(start, calendar))

    def is_disapplied(self, case: Case, row: Row) -> bool:
        """Say whether an event in time (or, for some, one that came too late) removed it."""
        for one in self.disapplied:
            if one.when is not None and not one.when(case, row.trigger_on):
                continue
            limit = one.within.end(row.trigger_on, case.calendar(self.calendar))
            if one.late:
                first = case.first(one.by)
                if first is not None and case.on(first) > limit:
                    return True
            elif case.in_time(one.by, limit, attrs=one.attrs):
                return True
        return False


def elapsed(trigger: Event, start: date, length: Length, case: Case) -> Row:
    """Return a limit in hours or minutes; from a date alone, whole days and no instant (vocabulary, 9.9)."""
    if not isinstance(trigger.at, datetime):
        days = length.number // 24 if length.unit == "h" else 0
        return Row(trigger, start, start + timedelta(days=days), None, length)
    step = timedelta(hours=length.number) if length.unit == "h" else timedelta(minutes=length.number)
    due_at = (trigger.at + step).astimezone(case.facts.zone)
    return Row(trigger, start, due_at.date(), due_at, length)


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule."""

    id: str
    version: int
    title: str
    citation: str
    enforced: bool
    jurisdictions: frozenset[str]
    effective_from: date | None
    effective_to: date | None
    applies: Condition
    obligations: tuple[Obligation, ...]
    summary: Obligation | None
    summary_unless: Condition | None
    gate: str
    newer: list[Rule] = field(default_factory=list, compare=False, repr=False)

    def governs(self, on: date | None) -> bool:
        """Say whether this version is in force on the date that chooses it, and no newer one is."""
        if on is None:
            return False
        return (
            (self.effective_from is None or on >= self.effective_from)
            and (self.effective_to is None or on <= self.effective_to)
            and not any(rule.governs(on) for rule in self.newer)
        )

    def runs(self, case: Case, on: date | None) -> bool:
        """Say whether the rule governs this case on this date."""
        return case.facts.jurisdiction in self.jurisdictions and self.governs(on) and self.applies(case, on)

    def rows(self, case: Case) -> list[tuple[Obligation, Row]]:
        """Return what the rule demands of this case in this combination."""
        found: list[tuple[Obligation, Row]] = []
        taken: set[str] = set()
        asked: dict[date | None, bool] = {}
        resolved = late = False
        for obligation in self.obligations:
            if late:
                break
            if obligation.key in taken:
                continue
            trigger = obligation.trigger(case)
            if trigger is None:
                continue
            on = case.version_date(trigger)
            if on not in asked:
                asked[on] = self.runs(case, on)
            if not asked[on] or (obligation.when is not None and not obligation.when(case, on)):
                continue
            row = obligation.limit(case, trigger)
            if row is None:
                continue
            if obligation.key == SUMMARY and row.due_on is not None:
                resolved = case.in_time("resolved_accepted", row.due_on, row.due_at) and not (
                    self.summary_unless is not None and self.summary_unless(case, on)
                )
            if self.gate == obligation.key and row.due_on is not None:
                received = case.receipt()
                late = received is not None and case.on(received) > row.due_on
            taken.add(obligation.key)
            if resolved and obligation.ends_with_summary:
                continue
            if obligation.disapplied and obligation.is_disapplied(case, row):
                continue
            found.append((obligation, row))
        return found
