"""Why there is no clock, and why not this rule: the engine's own reason in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from regulations.engine.book import Book
from regulations.engine.calendars import Calendar
from regulations.engine.case import Case, Happened
from regulations.engine.evaluate import combinations
from regulations.engine.facts import Facts
from regulations.engine.model import Event
from regulations.engine.reasons import failing, holding, listed, plain
from regulations.engine.rules import Disapplied, Obligation, Row, Rule, Step, Stop
from regulations.engine.words import spoken

# Of several wordings of one obligation, the reason that came furthest is told.
FURTHEST = tuple(Stop)


@dataclass(frozen=True, slots=True)
class Absence:
    """An obligation of a rule that applies, and why it has no clock here."""

    obligation: str
    title: str
    because: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a rule gives this case a clock, and the fact that decided; `absent` are its obligations without one."""

    rule: str
    rule_version: int
    title: str
    citation: str
    applies: bool
    because: str
    absent: tuple[Absence, ...] = ()


def explain(
    book: Book,
    facts: Mapping[str, object],
    events: Sequence[Event],
    calendars: Mapping[str, Calendar],
    *,
    calendar: object = None,
) -> list[Verdict]:
    """Return a verdict for every rule of the book, in its order. Raises EngineError as evaluate does.

    A rule applies when it gives a clock in any combination of readings; reasons are those of the strictest one.
    """
    known = Facts(facts)
    cases = list(combinations(known, Happened(events, known.zone), calendars, calendar))
    versions: dict[str, list[Rule]] = {}
    for rule in book.rules:
        versions.setdefault(rule.id, []).append(rule)
    return [_verdict(_Question(book, cases), found) for found in versions.values()]


class _Question:
    """The case in all its combinations, and the book it is asked of."""

    def __init__(self, book: Book, cases: list[Case]) -> None:
        self.book, self.cases, self.strictest = book, cases, cases[0]

    def runs(self, name: str, case: Case, on: date) -> bool:
        return any(rule.runs(case, on) for rule in self.book.rules if rule.id == name)

    def clocks(self, rule: Rule) -> set[str]:
        """Return the obligations of this version that have a clock in any combination."""
        return {obligation.key for case in self.cases for obligation, _ in rule.rows(case)}

    def date_of(self, rule: Rule) -> date | None:
        """Return the date that chooses the version of this rule; None while nothing has happened that gives one."""
        case = self.strictest
        triggers = (one.trigger(case) for one in rule.obligations)
        found = next((trigger for trigger in triggers if trigger is not None), None)
        return case.version_date(found) if found is not None else case.happened.receipt_on


def _verdict(question: _Question, versions: list[Rule]) -> Verdict:
    """Return the verdict on the version that gives clocks; else on the one in force; else on the newest."""
    country = question.strictest.facts.jurisdiction
    there = [rule for rule in versions if country in rule.jurisdictions]
    answering = [(rule, keys) for rule in there if (keys := question.clocks(rule))]
    if answering:
        rule = answering[0][0]
        keys = set().union(*(keys for _, keys in answering))
        return _made(rule, True, _why_it_applies(question, rule), tuple(_absences(question, rule, keys)))
    if not there:
        return _made(versions[0], False, f"It is the law of {_places(versions[0])}; the firm answers to {country}.")
    rule = next((one for one in there if _in_force(question, one)), there[0])
    return _made(rule, False, _why_not(question, rule))


def _made(rule: Rule, applies: bool, because: str, absent: tuple[Absence, ...] = ()) -> Verdict:
    return Verdict(rule.id, rule.version, rule.title, rule.citation, applies, because, absent)


def _places(rule: Rule) -> str:
    found = sorted(rule.jurisdictions)
    return listed(found) if len(found) <= 6 else f"{len(found)} states of the European Economic Area"


def _in_force(question: _Question, rule: Rule) -> bool:
    on = question.date_of(rule)
    return on is not None and rule.governs(question.strictest, on)


def _why_it_applies(question: _Question, rule: Rule) -> str:
    on = question.date_of(rule)
    said = holding(rule.stated, question.strictest, on) if on is not None else ""
    return said or f"It is for every complaint to a firm that answers to {question.strictest.facts.jurisdiction}."


def _why_not(question: _Question, rule: Rule) -> str:
    """Return the first thing that keeps the rule from giving any clock."""
    on = question.date_of(rule)
    if on is not None and (reason := _not_the_law(question, rule, on)):
        return reason
    absent = list(_absences(question, rule, set()))
    if on is None or all(obligation.trigger(question.strictest) is None for obligation in rule.obligations):
        return f"It counts from {listed(sorted(rule.starts))}, and nothing of that has happened."
    return absent[0].because


def _not_the_law(question: _Question, rule: Rule, on: date) -> str:
    case = question.strictest
    if reason := failing(rule.stated, case, on, question.runs):
        return reason
    if rule.governs(case, on):
        return ""
    if rule.dated_by:
        on = next((found[0][0] for kind in rule.dated_by if (found := case.all(kind))), on)
    dates = [f"from {spoken(rule.effective_from)}" if rule.effective_from else ""]
    dates.append(f"until {spoken(rule.effective_to)}" if rule.effective_to else "")
    force = " ".join(one for one in dates if one) or "on other dates"
    return f"It is in force {force}; the date that decides is {spoken(on)}."


def _absences(question: _Question, rule: Rule, clocks: set[str]) -> list[Absence]:
    """Return the obligations of the rule that are not among these clocks, each with its reason."""
    furthest: dict[str, tuple[int, Absence]] = {}
    rows: dict[str, Row] = {}
    for step in rule.walk(question.strictest):
        obligation, _, row, stop = step
        if row is not None:
            rows[obligation.key] = row
        if obligation.key in clocks or stop is None:
            continue
        place = FURTHEST.index(stop)
        if obligation.key not in furthest or furthest[obligation.key][0] < place:
            because = _because(question, rule, step, rows)
            furthest[obligation.key] = place, Absence(obligation.key, obligation.title, because)
    return [absence for _, absence in furthest.values()]


def _because(question: _Question, rule: Rule, step: Step, rows: Mapping[str, Row]) -> str:
    """Return one sentence for what stopped the obligation."""
    obligation, trigger, row, stop = step
    case = question.strictest
    on = case.version_date(trigger) if trigger is not None else None
    if trigger is None or on is None or stop is Stop.NOT_STARTED:
        return f"It counts from {listed(sorted(obligation.starts))}, and nothing of that has happened."
    if stop is Stop.NOT_THE_LAW:
        return _not_the_law(question, rule, on)
    if stop is Stop.NOT_WHEN:
        return failing(obligation.stated, case, on, question.runs)
    if stop is Stop.NOT_WITHIN:
        return _outside(case, trigger, obligation.only_within, rows.get(obligation.only_within))
    if stop is Stop.LATE:
        received = case.first("received")
        return _outside(case, received or trigger, rule.gate, rows.get(rule.gate))
    if stop is Stop.RESOLVED:
        accepted = case.first("resolved_accepted")
        when = f" on {spoken(case.on(accepted))}" if accepted else ""
        return f"The complainant accepted the answer{when}, in time for a summary resolution."
    if stop is Stop.DISAPPLIED and row is not None:
        return _removed(case, obligation, row, on)
    return "What its limit is worked out from is not known, or the rule names no date for it."


def _outside(case: Case, event: Event, window: str, row: Row | None) -> str:
    happened = f"{plain(event.type).capitalize()} on {spoken(case.on(event))}"
    if row is None or row.due_on is None:
        return f"{happened}, and there is no {plain(window)} it could lie in."
    return f"{happened}, after the {plain(window)} ended on {spoken(row.due_on)}."


def _removed(case: Case, obligation: Obligation, row: Row, on: date) -> str:
    """Return which event removed the obligation, and by when it had to come."""
    one = next(one for one in obligation.disapplied if obligation.removed_by(one, case, row, on))
    return f"{_came(case, one)}, {'later' if one.late else 'not later'} than {one.within.words} after {spoken(row.trigger_on)}."


def _came(case: Case, one: Disapplied) -> str:
    event = case.first(one.by)
    assert event is not None
    return f"{plain(one.by).capitalize()} on {spoken(case.on(event))}"
