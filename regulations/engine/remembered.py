"""Many complaints ask the law the same question: the same facts, and the same things on the same dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from regulations.engine.book import Book
from regulations.engine.calendars import Calendar
from regulations.engine.case import RECEIPT, local_date, order
from regulations.engine.evaluate import answered, evaluate
from regulations.engine.facts import Facts
from regulations.engine.instants import alone, hanging, pairs, without
from regulations.engine.model import Clock, Event
from regulations.engine.rules import SUMMARY, Obligation, Rule

# What the answers to twice as many questions take is about 250 MB. When one half is full, the half that was asked for
# longest ago is forgotten, so memory stays flat and what is asked all the time stays.
FULL = 20_000
# Since then every zone keeps its offset, and changes its clocks, on a quarter of an hour: one has one local date.
QUARTER, SINCE = 900, 1_000_000_000
Question = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Looks:
    """The events of which a jurisdiction's rules look at more than the date: the instant, or close of business."""

    at_instant: frozenset[str]
    at_close: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """Facts that many complaints share. `closer` are the events of which more than the date matters here.

    `days` remembers the local date of each quarter of an hour that was asked for.
    """

    number: int
    facts: Facts
    look: Looks
    closer: frozenset[str]
    hanging: tuple[Rule, ...]
    days: dict[float, date]

    def day(self, event: Event) -> date:
        """Return the event's local date; raise EngineError as `local_date` does."""
        at = event.at
        if not isinstance(at, datetime) or at.tzinfo is None:
            return local_date(event, self.facts.zone)
        stamp = at.timestamp()
        if stamp < SINCE:
            return local_date(event, self.facts.zone)
        found = self.days.get(stamp // QUARTER)
        if found is None:
            if len(self.days) >= FULL:
                self.days.clear()
            found = self.days[stamp // QUARTER] = local_date(event, self.facts.zone)
        return found


class Remembered:
    """Evaluates as `evaluate` does, and answers a question that was asked before from memory.

    Two questions are the same when the facts are, and the events in their order are of the same type, on the same local
    dates, with the same attributes; where a rule looks at close of business or at the instant, so does the question. Limits
    that hang on the instant alone (instants.py) are worked out each time, and the others remembered.
    """

    def __init__(self, book: Book, calendars: Mapping[str, Calendar]) -> None:
        self.book, self.calendars = book, calendars
        self.answers: dict[Question, tuple[Clock, ...]] = {}
        self._older: dict[Question, tuple[Clock, ...]] = {}
        self._shapes: dict[str, Shape] = {}
        self._numbers = count()
        self._hanging = {country: alone(rules) for country, rules in book.by_jurisdiction.items()}
        self._worked_out = {country: pairs(rules) for country, rules in book.by_jurisdiction.items()}
        self._looks = {
            country: looks(without(rule, hanging(rule)) for rule in rules)
            for country, rules in book.by_jurisdiction.items()
        }
        if any(calendar.hours for calendar in calendars.values()):
            # Each calendar then closes at hours of its own, so what is judged by the close is asked by the instant.
            self._looks = {
                country: Looks(one.at_instant | one.at_close, one.at_close) for country, one in self._looks.items()
            }

    def evaluate(self, facts: Mapping[str, object], events: Sequence[Event]) -> list[Clock]:
        """Return the clocks the law runs; raise EngineError with a sentence."""
        shape = self._shape(facts)
        question = self._question(shape, events)
        known = self.answers.get(question)
        if known is not None and shape.hanging:
            return self._with_fresh(known, shape, facts, events)
        if known is None:
            # What hangs on an instant is another's in an older answer, so those are worked out whole.
            known = None if shape.hanging else self._older.get(question)
            known = known or tuple(evaluate(self.book, facts, events, self.calendars))
            if len(self.answers) >= FULL:
                self._older, self.answers = self.answers, {}
            self.answers[question] = known
        return list(known)

    def _with_fresh(
        self, known: tuple[Clock, ...], shape: Shape, facts: Mapping[str, object], events: Sequence[Event]
    ) -> list[Clock]:
        """Return a remembered answer with the clocks that hang on an instant worked out for these events."""
        replaced = self._worked_out[shape.facts.jurisdiction]
        fresh = {
            (one.rule, one.obligation): one
            for one in answered(shape.hanging, shape.facts, events, self.calendars)
            if (one.rule, one.obligation) in replaced
        }
        merged = [fresh.pop((one.rule, one.obligation), one) for one in known]
        there = {(one.rule, one.obligation) for one in known} & replaced
        if fresh or len(there) != sum(one is not other for one, other in zip(merged, known, strict=True)):
            # A clock began or fell away with the instant: rare, and then everything is asked.
            return evaluate(self.book, facts, events, self.calendars)
        return merged

    def question(self, facts: Mapping[str, object], events: Sequence[Event]) -> Question:
        """Return everything the answer depends on but for what hangs on an instant, and nothing else."""
        return self._question(self._shape(facts), events)

    def _question(self, shape: Shape, events: Sequence[Event]) -> Question:
        happened = [(shape.day(event), event) for event in events]
        if len(happened) > 1:
            happened.sort(key=order)
        # One flat tuple: this is done for every complaint, and what it costs is what remembering saves.
        told: list[object] = [shape.number]
        before_day: object = None
        before_at: object = None
        for day, event in happened:
            at, attrs = event.at, event.attrs
            same = day == before_day and at == before_at
            before_day, before_at = day, at
            if event.type in shape.closer or not isinstance(at, datetime):
                told += (event.type, day, same, str(attrs) if attrs else "{}", _more(day, event, shape))
            else:
                told += (event.type, day, same, str(attrs) if attrs else "{}", None)
        return tuple(told)

    def _shape(self, facts: Mapping[str, object]) -> Shape:
        words = str(facts)
        if (found := self._shapes.get(words)) is not None:
            return found
        if len(self._shapes) >= FULL:
            self._shapes.clear()
        # A copy, so that nobody who changes theirs later changes what was remembered.
        known = Facts(dict(facts))
        look = self._looks.get(known.jurisdiction, NOTHING)
        closer = look.at_instant | look.at_close | (frozenset(RECEIPT) if known.other_zones else frozenset())
        # A number that was given out is never given out again, so a memory that was emptied is confused by none.
        hang = self._hanging.get(known.jurisdiction, ())
        made = self._shapes[words] = Shape(next(self._numbers), known, look, closer, hang, {})
        return made


def _more(day: date, event: Event, shape: Shape) -> object:
    """Return what matters of the event besides its date and its place in the order."""
    at, look, facts = event.at, shape.look, shape.facts
    if not isinstance(at, datetime):
        return "date"
    if event.type in look.at_instant or (facts.other_zones and event.type in RECEIPT):
        return at
    close = facts.close_of_business
    return at.astimezone(facts.zone).time() >= close, at <= datetime.combine(day, close, facts.zone)


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
