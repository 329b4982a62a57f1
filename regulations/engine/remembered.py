"""Many complaints ask the law the same question: the same facts, and the same things on the same dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from regulations.engine.book import Book
from regulations.engine.calendars import Calendar
from regulations.engine.case import RECEIPT, local_date, order
from regulations.engine.evaluate import evaluate
from regulations.engine.facts import Facts
from regulations.engine.model import Clock, Event
from regulations.engine.rules import SUMMARY, Obligation, Rule

# What the answers to so many questions take is about 300 MB; when it is full it is emptied, so memory stays flat.
FULL = 50_000
Question = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Looks:
    """The events of which a jurisdiction's rules look at more than the date: the instant, or close of business."""

    at_instant: frozenset[str]
    at_close: frozenset[str]


class Remembered:
    """Evaluates as `evaluate` does, and answers a question that was asked before from memory.

    Two questions are the same when the facts are, and the events in their order are of the same type, on the same local
    dates, with the same attributes; where a rule looks at close of business or at the instant, so does the question.
    """

    def __init__(self, book: Book, calendars: Mapping[str, Calendar]) -> None:
        self.book, self.calendars = book, calendars
        self.answers: dict[Question, tuple[Clock, ...]] = {}
        self._facts: dict[str, Facts] = {}
        self._looks = {country: looks(rules) for country, rules in book.by_jurisdiction.items()}
        if any(calendar.hours for calendar in calendars.values()):
            # Each calendar then closes at hours of its own, so what is judged by the close is asked by the instant.
            self._looks = {
                country: Looks(one.at_instant | one.at_close, one.at_close) for country, one in self._looks.items()
            }

    def evaluate(self, facts: Mapping[str, object], events: Sequence[Event]) -> list[Clock]:
        """Return the clocks the law runs; raise EngineError with a sentence."""
        question = self.question(facts, events)
        known = self.answers.get(question)
        if known is None:
            if len(self.answers) >= FULL:
                self.answers.clear()
            known = self.answers[question] = tuple(evaluate(self.book, facts, events, self.calendars))
        return list(known)

    def question(self, facts: Mapping[str, object], events: Sequence[Event]) -> Question:
        """Return everything the answer depends on, and nothing else."""
        words = str(facts)
        known = self._facts.get(words)
        if known is None:
            if len(self._facts) >= FULL:
                self._facts.clear()
            # A copy, so that nobody who changes theirs later changes what was remembered.
            known = self._facts[words] = Facts(dict(facts))
        look = self._looks.get(known.jurisdiction, NOTHING)
        happened = sorted(((local_date(event, known.zone), event) for event in events), key=order)
        told: list[object] = [words]
        before: object = None
        for day, event in happened:
            here = order((day, event))
            told.append((event.type, day, here == before, str(event.attrs), _more(day, event, known, look)))
            before = here
        return tuple(told)


def _more(day: date, event: Event, facts: Facts, look: Looks) -> object:
    """Return what matters of the event besides its date and its place in the order."""
    at = event.at
    if not isinstance(at, datetime):
        return "date"
    if event.type in look.at_instant or (facts.other_zones and event.type in RECEIPT):
        return at
    if event.type in look.at_close:
        close = facts.close_of_business
        return at.astimezone(facts.zone).time() >= close, at <= datetime.combine(day, close, facts.zone)
    return None


NOTHING = Looks(frozenset(), frozenset())


def looks(rules: Iterable[Rule]) -> Looks:
    """Return which events these rules look at more closely than by their date."""
    instant: set[str] = set()
    close: set[str] = set()
    for rule in rules:
        for one in rule.obligations:
            if one.looks_at == "instant":
                instant |= one.starts | _judged(rule, one)
            elif one.looks_at == "close":
                close |= one.starts | _judged(rule, one)
            elif one.closes:
                close |= _judged(rule, one)
    return Looks(frozenset(instant), frozenset(close))


def _judged(rule: Rule, limit: Obligation) -> frozenset[str]:
    """Return the events that must come in time for a limit which ends within a day."""
    inside = [one.starts for one in rule.obligations if one.only_within == limit.key]
    accepted = frozenset({"resolved_accepted"}) if limit.key == SUMMARY else frozenset()
    return accepted.union(*inside)
