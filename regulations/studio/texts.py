"""Rules and calendars as the text an admin edits, and what is wrong with it, line by line. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import tomli_w

from regulations.calendars.shipped import WEEKDAYS
from regulations.engine import Definition, EngineError, compile_book
from regulations.engine.calendars import Calendar, CalendarProblem

Words = dict[str, object]
CALENDAR_KEYS = frozenset({"weekend", "closed"})
ITSELF = ("id", "version", "source_status")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and at which line of the text (1 is the first; 0 when it is nowhere in particular)."""

    line: int
    words: str


class TextProblem(ValueError):
    """The text cannot be published; `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.words for problem in problems))
        self.problems = list(problems)


def as_text(words: Mapping[str, object]) -> str:
    """Return a rule or a calendar as TOML."""
    return tomli_w.dumps(_ordered(words))


def _ordered(words: Mapping[str, object]) -> Words:
    # Tables must come after plain values, or a reader would take the values for the table's.
    plain = {key: value for key, value in words.items() if not isinstance(value, (dict, list)) or key == "applies"}
    return {**plain, **{key: value for key, value in words.items() if key not in plain}}


def read_rule(text: str, *, key: str, others: Sequence[Definition]) -> Words:
    """Return the rule a text states; raise TextProblem. `others` are the rules it may name."""
    told = _parsed(text)
    problems = []
    if told.get("id") != key:
        problems.append(Problem(line_of(text, "id"), f"The id must stay {key}; it is how clocks find the rule."))
    if told.get("source_status") not in {"primary", "secondary"}:
        problems.append(Problem(line_of(text, "source_status"), "source_status must be primary or secondary."))
    for name in ("title", "citation"):
        if not str(told.get(name, "")).strip():
            problems.append(Problem(line_of(text, name), f"The rule needs a {name}. Without it nobody can check it."))
    if problems:
        raise TextProblem(problems)
    try:
        compile_book([*others, Definition({**told, "version": 1_000_000}, enforced=True)])
    except EngineError as error:
        raise TextProblem([Problem(_place(text, str(error)), str(error))]) from error
    return told


def read_calendar(text: str, *, key: str, first: date, last: date) -> Words:
    """Return the calendar a text states; raise TextProblem, also when no day would be open."""
    told = _parsed(text)
    problems = [
        Problem(line_of(text, name), f"{name} is no key of a calendar. It has weekend and closed.")
        for name in told.keys() - CALENDAR_KEYS
    ]
    weekend, closed = told.get("weekend"), told.get("closed")
    if not isinstance(weekend, list) or not set(weekend) <= set(WEEKDAYS):
        weekend = []
        problems.append(Problem(line_of(text, "weekend"), "weekend must be a list of days such as sat and sun."))
    if not isinstance(closed, dict):
        closed = {}
        problems.append(Problem(line_of(text, "closed"), "closed must name each closed day."))
    problems += _bad_days(text, closed, first=first, last=last)
    if problems:
        raise TextProblem(problems)
    ends = frozenset(WEEKDAYS.index(str(name)) for name in weekend)
    days = {date.fromisoformat(day): str(name) for day, name in closed.items()}
    try:
        Calendar(key, weekend=ends, closed=days, first=first, last=last)
    except CalendarProblem as error:
        raise TextProblem([Problem(line_of(text, "weekend"), str(error))]) from error
    return {"weekend": weekend, "closed": dict(sorted(closed.items()))}


def _bad_days(text: str, closed: Mapping[str, object], *, first: date, last: date) -> list[Problem]:
    found = []
    for day, name in closed.items():
        try:
            on = date.fromisoformat(day)
        except ValueError:
            found.append(Problem(line_of(text, day), f"{day} is no date. Write for example 2026-12-25."))
            continue
        if not first <= on <= last:
            found.append(Problem(line_of(text, day), f"{day} lies outside what the calendar knows: {first} to {last}."))
        if not str(name).strip():
            found.append(Problem(line_of(text, day), f"{day} needs a name; it is shown to people."))
    return found


def _parsed(text: str) -> Words:
    try:
        return _plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found.group(1)) if found else 0
        words = re.sub(r" \(at .*\)$", "", str(error))
        raise TextProblem([Problem(line, f"This is not TOML: {words}.")]) from error


def _plain(told: Mapping[str, object]) -> Words:
    return {key: _json(value) for key, value in told.items()}


def _json(value: object) -> object:
    if isinstance(value, dict):
        return {key: _json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def line_of(text: str, word: str) -> int:
    """Return the first line that names the word; 0 when none does."""
    for number, line in enumerate(text.splitlines(), 1):
        if word in line:
            return number
    return 0


def _place(text: str, words: str) -> int:
    """Return the line an engine's sentence is about: the first of its words that stands in the text."""
    for word in re.findall(r"'([^']+)'|\b([A-Za-z_0-9-]{3,})\b", words.partition(": ")[2] or words):
        place = line_of(text, word[0] or word[1])
        if place:
            return place
    return 0
