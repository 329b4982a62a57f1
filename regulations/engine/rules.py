"""Rules as their packs write them, compiled once into something quick to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum, auto

from regulations.engine.calendars import Calendar, CalendarHorizon
from regulations.engine.case import RECEIPT, Case
from regulations.engine.conditions import Condition
from regulations.engine.lengths import Length
from regulations.engine.model import Event

SUMMARY = "summary_resolution_cutoff"


class Stop(Enum):
    """What keeps an obligation from being a clock."""

    NOT_STARTED = auto()
    NOT_THE_LAW = auto()
    NOT_WHEN = auto()
    NOT_WITHIN = auto()
    NO_LIMIT = auto()
    RESOLVED = auto()
    DISAPPLIED = auto()
    LATE = auto()


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
    not_before_trigger: bool = False
    when: Condition | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Disapplied:
    """What removes an obligation: an event in time, or, where `late`, an event that came too late."""

    by: str
    within: Length
    attrs: Mapping[str, object] = field(default_factory=dict)
    when: Condition | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing a rule demands. `stated` is its condition as the pack writes it, for whoever asks why.

    `looks_at` is what its limit depends on in its trigger: the date, the date and close of business, or the instant.
    `assumes` are the facts that choose between its limits: where nobody told one, the clock says so.
    """

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
    lenient_calendar: str = ""
    closes: bool = False
    extensions: tuple[Extension, ...] = ()
    disapplied: tuple[Disapplied, ...] = ()
    ends_with_summary: bool = False
    only_within: str = ""
    when: Condition | None = None
    calc: Callable[[Case, Obligation, Event], Row | None] | None = None
    dates: tuple[tuple[str, str, int], ...] = ()
    met_by: tuple[str, ...] = ()
    counts_from_receipt: bool = False
    stated: Mapping[str, object] = field(default_factory=dict)
    looks_at: str = "date"
    assumes: tuple[str, ...] = ()

    @property
    def reads_twice(self) -> bool:
        """True where the generous reading may differ from the strict one."""
        return bool(
            self.calc is not None
            or self.lenient
            or self.lenient_calendar
            or any(one.lenient_to or one.lenient_within for one in self.extensions)
        )

    @property
    def starts(self) -> frozenset[str]:
        """Every type of event the limit may count from."""
        named = {*self.triggers, *self.otherwise}
        return frozenset(named - {"receipt"} | (set(RECEIPT) if "receipt" in named else set()))

    def trigger(self, case: Case) -> Event | None:
        """Return the event the limit counts from: the earliest, unless the pack says the last."""
        if self.counts_from_receipt:
            return case.happened.receipt
        for names in (self.triggers, self.otherwise):
            if len(names) == 1 and not (self.compliant or self.pick_last):
                found = case.receipt() if names[0] == "receipt" else case.first(names[0])
                if found is not None:
                    return found
            elif event := case.pick(names, compliant=self.compliant, last=self.pick_last):
                return event
        return None

    def limit(self, case: Case, trigger: Event) -> Row | None:
        """Return the limit, before anything disapplies it."""
        if self.calc is not None:
            return self.calc(case, self, trigger)
        start = case.on(trigger)
        if self.length is None:
            return Row(trigger, start)
        length = self.length if case.strict else self.lenient or self.length
        calendar, why = case.calendar(self.calendar if case.strict else self.lenient_calendar or self.calendar), ""
        if length.elapses:
            return elapsed(trigger, start, length, case, calendar)
        for extension in self.extensions:
            if _extended(case, extension, start, calendar):
                length = extension.to if case.strict else extension.lenient_to or extension.to
                why = extension.why
        end = length.end(start, calendar, keeps=self.kind == "K")
        if length.roll:
            end = case.calendar(length.roll).roll(end)
        due_at = case.close_of(end, calendar) if self.closes else None
        return Row(trigger, start, end, due_at, length, calendar, why)

    def is_disapplied(self, case: Case, row: Row, on: date) -> bool:
        """Say whether an event in time (or, for some, one that came too late) removed it."""
        return any(self.removed_by(one, case, row, on) for one in self.disapplied) if self.disapplied else False

    def removed_by(self, one: Disapplied, case: Case, row: Row, on: date) -> bool:
        """Say whether this is what removed it."""
        if one.when is not None and not one.when(case, on):
            return False
        limit = one.within.end(row.trigger_on, case.calendar(self.calendar))
        if case.in_time(one.by, limit, attrs=one.attrs):
            return not one.late
        return one.late and case.first(one.by) is not None


def _extended(case: Case, extension: Extension, start: date, calendar: Calendar) -> bool:
    if extension.when is not None and not extension.when(case, start):
        return False
    within = extension.within if case.strict else extension.lenient_within or extension.within
    if within is None:
        return True
    if extension.by not in case.happened.by_type:
        return False
    limit = within.end(start, calendar)
    if extension.not_before_trigger:
        return any(start <= case.on(event) <= limit for _, event in case.all(extension.by))
    return case.in_time(extension.by, limit)


# An obligation, what it counts from, its limit, and what stops it.
Step = tuple[Obligation, Event | None, Row | None, Stop | None]


def elapsed(trigger: Event, start: date, length: Length, case: Case, calendar: Calendar) -> Row:
    """Return a limit in hours or minutes; from a date alone, whole days and no instant (vocabulary, 9.9)."""
    if length.unit == "bh":
        return open_hours(trigger, start, length, case, calendar)
    if not isinstance(trigger.at, datetime):
        days = length.number // 24 if length.unit == "h" else 0
        return Row(trigger, start, start + timedelta(days=days), None, length)
    step = timedelta(hours=length.number) if length.unit == "h" else timedelta(minutes=length.number)
    due_at = (trigger.at + step).astimezone(case.facts.zone)
    return Row(trigger, start, due_at.date(), due_at, length)


def open_hours(trigger: Event, start: date, length: Length, case: Case, calendar: Calendar) -> Row:
    """Return a limit in working hours; from a date alone, counted from the day's first moment and without an instant."""
    dated = not isinstance(trigger.at, datetime)
    at = datetime.combine(start, time(), case.facts.zone) if dated else trigger.at
    assert isinstance(at, datetime)
    found = calendar.opening(case.facts.zone).add(at, length.number * 3_600)
    if found is None:
        raise CalendarHorizon(f"Calendar {calendar.key} is known until {calendar.known}; the limit lies beyond.")
    due_at = found.astimezone(case.facts.zone)
    # The end of a window at midnight is the end of the day before it.
    on = (due_at - timedelta(microseconds=1)).date()
    why = "" if calendar.hours else "The calendar states no opening hours, so the whole of each open day counts."
    return Row(trigger, start, on, None if dated else due_at, length, calendar, why)


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule.

    `reads_twice`: the generous reading may differ from the strict one. `later` are the versions that replace it on
    the dates they govern. `starts` are the events that any obligation counts from; `chosen_by_receipt`: where there was
    a receipt, its date chooses the version for all of them. Most rules are dismissed by these two before anything is
    counted. `stated` is the condition as the pack writes it.
    """

    id: str
    version: int
    title: str
    citation: str
    enforced: bool
    jurisdictions: frozenset[str]
    effective_from: date | None
    effective_to: date | None
    dated_by: tuple[str, ...]
    applies: Condition
    obligations: tuple[Obligation, ...]
    summary_unless: Condition | None
    gate: str
    reads_twice: bool
    starts: frozenset[str]
    chosen_by_receipt: bool
    stated: Mapping[str, object]
    later: tuple[Rule, ...] = ()

    def governs(self, case: Case, on: date) -> bool:
        """Say whether this version is in force on the date that chooses it, and no later one is."""
        return self._in_force(case, on) and not (self.later and any(one._in_force(case, on) for one in self.later))

    def _in_force(self, case: Case, on: date) -> bool:
        """Say whether the date lies within the effective dates; a rule may be dated by an event of its own."""
        if self.dated_by:
            happened = next((found[0][0] for kind in self.dated_by if (found := case.all(kind))), None)
            if happened is None:
                return False
            on = happened
        return (self.effective_from is None or on >= self.effective_from) and (
            self.effective_to is None or on <= self.effective_to
        )

    def runs(self, case: Case, on: date) -> bool:
        """Say whether this version is the law for this case on this date."""
        asked, question = case.happened.asked, (id(self), on)
        if question not in asked:
            asked[question] = (
                case.facts.jurisdiction in self.jurisdictions and self.governs(case, on) and self.applies(case, on)
            )
        return asked[question]

    def rows(self, case: Case) -> list[tuple[Obligation, Row]]:
        """Return what the rule demands of this case in this combination."""
        happened = case.happened
        if happened.by_type.keys().isdisjoint(self.starts):
            return []
        if self.chosen_by_receipt and happened.receipt_on and not self.runs(case, happened.receipt_on):
            return []
        return [(obligation, row) for obligation, _, row, stop in self.walk(case) if row is not None and stop is None]

    def walk(self, case: Case) -> Iterator[Step]:
        """Yield each obligation with its trigger, its limit, and what keeps it from being a clock, if anything does."""
        limits: dict[str, Row] = {}
        resolved = late = False
        for obligation in self.obligations:
            trigger = None if obligation.key in limits else obligation.trigger(case)
            if trigger is None or late:
                if obligation.key not in limits:
                    yield obligation, trigger, None, Stop.LATE if late else Stop.NOT_STARTED
                continue
            on = case.version_date(trigger)
            if (stop := self._stop(case, obligation, trigger, on, limits)) is not None:
                yield obligation, trigger, None, stop
                continue
            row = obligation.limit(case, trigger)
            if row is None:
                yield obligation, trigger, None, Stop.NO_LIMIT
                continue
            limits[obligation.key] = row
            if obligation.key == SUMMARY:
                resolved = is_resolved(case, row) and not (self.summary_unless and self.summary_unless(case, on))
            if resolved and obligation.ends_with_summary:
                yield obligation, trigger, row, Stop.RESOLVED
            elif obligation.is_disapplied(case, row, on):
                yield obligation, trigger, row, Stop.DISAPPLIED
            else:
                yield obligation, trigger, row, None
            late = obligation.key == self.gate and _received_after(case, row)

    def _stop(
        self, case: Case, obligation: Obligation, trigger: Event, on: date, limits: Mapping[str, Row]
    ) -> Stop | None:
        if not self.runs(case, on):
            return Stop.NOT_THE_LAW
        if obligation.when is not None and not obligation.when(case, on):
            return Stop.NOT_WHEN
        if obligation.only_within and not _within(case, trigger, limits.get(obligation.only_within)):
            return Stop.NOT_WITHIN
        return None


def is_resolved(case: Case, row: Row) -> bool:
    """Say whether the complainant accepted by the limit of a summary resolution."""
    return row.due_on is not None and case.in_time("resolved_accepted", row.due_on, row.due_at)


def _within(case: Case, trigger: Event, window: Row | None) -> bool:
    if window is None or window.due_on is None:
        return False
    return case.in_time(trigger.type, window.due_on, window.due_at)


def _received_after(case: Case, window: Row) -> bool:
    received = case.first("received")
    return received is not None and window.due_on is not None and case.on(received) > window.due_on


def resolved_summarily(case: Case, rules: Sequence[Rule], on: date) -> bool:
    """Say whether any of the rules that run counts the complaint as resolved by summary resolution."""
    for rule in rules:
        for obligation in rule.obligations if rule.runs(case, on) else ():
            if obligation.key != SUMMARY or (obligation.when is not None and not obligation.when(case, on)):
                continue
            trigger = obligation.trigger(case)
            row = obligation.limit(case, trigger) if trigger is not None else None
            if row is not None:
                return is_resolved(case, row)
    return False
