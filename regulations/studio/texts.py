"""Rules and calendars as the text an admin edits, and what is wrong with it, line by line. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from math import isfinite

import tomli_w

from regulations.calendars.shipped import WEEKDAYS
from regulations.engine import Definition, EngineError, compile_book
from regulations.engine.calendars import Calendar, CalendarProblem
from regulations.engine.opening import window_problems
from regulations.engine.versions import Overlap, period, refuse_overlap

Words = dict[str, object]
CALENDAR_WORDS = ("key", "weekend", "known_until", "hours", "closed")
CALENDAR_KEYS = frozenset(CALENDAR_WORDS)
# Nobody knows holidays further ahead than this.
LATEST = date(2060, 12, 31)
# What a rule may name as its calendar beside the published ones (vocabulary, section 6).
ROLES = frozenset({"REG", "OPEN", "REG-SUN"})
ROLL = re.compile(r"roll\(([^)]*)\)")
ORDER = (
    "id", "version", "supersedes", "key", "kind", "title", "citation", "source_status", "force", "effective_from", "effective_to",
    "dated_by", "jurisdiction", "applies", "trigger", "length", "lenient", "calendar", "by", "within", "to", "why",
    "starts", "met_by", "time", "teams", "products", "jurisdictions", "pauses", "in_use",
    "weekend", "known_until", "hours", "closed", *WEEKDAYS,
)  # fmt: skip
# A version no book has yet: the draft is compiled as the newest.
NEXT = 1_000_000


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


def as_pack(words: Mapping[str, object]) -> str:
    """Return a rule as a pack that holds it alone."""
    return tomli_w.dumps({"rule": [_ordered(words)]})


def _ordered(words: Mapping[str, object]) -> Words:
    """Return the words as people read them: who it is first, and tables after plain values, as TOML wants it."""

    def place(key: str) -> tuple[bool, int, str]:
        value = words[key]
        table = isinstance(value, (dict, list)) and key != "applies" and bool(value) and _holds_tables(value)
        return table, ORDER.index(key) if key in ORDER else len(ORDER), key

    return {key: _in_order(words[key]) for key in sorted(words, key=place)}


def _holds_tables(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict) for one in value))


def _in_order(value: object) -> object:
    # The database keeps no order of keys, so every table is put in order on its way out.
    if isinstance(value, list):
        return [_in_order(one) for one in value]
    return _ordered(value) if isinstance(value, Mapping) else value


def words_in(text: str) -> Words:
    """Return what a text states, whatever it is; raise TextProblem when it is not TOML."""
    return _parsed(text)


def one_rule(text: str) -> Words:
    """Return the rule of a text that states one, bare or as a pack of one; raise TextProblem."""
    told = _parsed(text)
    packed = told.get("rule")
    if isinstance(packed, list):
        if len(packed) != 1 or not isinstance(packed[0], dict):
            raise TextProblem([Problem(line_of(text, "rule"), "Bring one rule at a time; this text states several.")])
        told = packed[0]
    if not isinstance(told.get("id"), str) or not told["id"]:
        raise TextProblem([Problem(0, "The text names no id. It must state one rule, as a pack does.")])
    return {key: value for key, value in told.items() if key != "version"}


def read_rule(
    text: str,
    *,
    key: str,
    others: Sequence[Definition],
    calendars: Collection[str],
    own: Sequence[Mapping[str, object]] = (),
) -> Words:
    """Return the rule a text states; raise TextProblem. `others` are the rules it may name, `own` its own versions."""
    told = _parsed(text)
    problems = []
    if told.get("id") != key:
        problems.append(Problem(line_of(text, "id"), f"The id must stay {key}; it is how clocks find the rule."))
    if told.get("source_status") not in ("primary", "secondary"):
        problems.append(Problem(line_of(text, "source_status"), "source_status must be primary or secondary."))
    for name in ("title", "citation"):
        if not str(told.get(name, "")).strip():
            problems.append(Problem(line_of(text, name), f"The rule needs a {name}. Without it nobody can check it."))
    problems += _unknown_calendars(text, told, {*calendars, *ROLES}) + _circle(text, told, key, others)
    problems += _overlap(text, told, own)
    if problems:
        raise TextProblem(problems)
    try:
        compile_book([*others, Definition({**told, "version": NEXT}, enforced=True)])
    except EngineError as error:
        said = str(error).removeprefix(f"{key}: ")
        raise TextProblem([Problem(_place(text, said), said)]) from error
    return {name: value for name, value in told.items() if name != "version"}


def _overlap(text: str, told: Words, own: Sequence[Mapping[str, object]]) -> list[Problem]:
    """Say which days an earlier version governs as well, and whether the text closes a version that is not the newest."""
    newest, said = max((period(one).version for one in own), default=0), told.get("supersedes")
    if said is not None and said != newest:
        words = f"supersedes must be {newest}, the newest version." if newest else "There is no version to close yet."
        return [Problem(line_of(text, "supersedes"), words)]
    try:
        refuse_overlap({**told, "version": newest + 1}, own)
    except Overlap as overlap:
        return [Problem(line_of(text, overlap.key), str(overlap))]
    except EngineError:
        # A date that is none is said by the compiler, with its key.
        return []
    return []


def _unknown_calendars(text: str, told: Mapping[str, object], known: Collection[str]) -> list[Problem]:
    """Say which calendars the rule counts with that nobody published: the engine would notice only at a case."""
    return [
        Problem(line_of(text, name), f"There is no calendar {name}.")
        for name in sorted(_calendars_of(told))
        if name not in known
    ]


def _calendars_of(told: object) -> set[str]:
    if isinstance(told, Mapping):
        here = {str(told[key]) for key in ("calendar", "lenient_calendar") if key in told}
        return here.union(*(_calendars_of(one) for one in told.values()))
    if isinstance(told, list):
        return set().union(*(_calendars_of(one) for one in told))
    return set(ROLL.findall(told)) if isinstance(told, str) else set()


def _circle(text: str, told: Mapping[str, object], key: str, others: Sequence[Definition]) -> list[Problem]:
    """Say where the rule waits for itself: A applies where B does, and B where A does."""
    named = {str(one.written["id"]): _rules_named(one.written) for one in others} | {key: _rules_named(told)}
    path = _way_back(key, key, named, [])
    if path is None:
        return []
    return [Problem(line_of(text, path[1]), f"The rule waits for itself: {' waits for '.join(path)}.")]


def _way_back(start: str, here: str, named: Mapping[str, set[str]], seen: list[str]) -> list[str] | None:
    for one in sorted(named.get(here, ())):
        if one == start:
            return [*seen, here, start]
        if one not in seen and (found := _way_back(start, one, named, [*seen, here])):
            return found
    return None


def _rules_named(told: object) -> set[str]:
    """Return the rules on whose running this one depends."""
    if isinstance(told, Mapping):
        here = told.get("rule_any")
        names = {str(one) for one in here} if isinstance(here, list) else set()
        return names.union(*(_rules_named(one) for one in told.values()))
    return set().union(*(_rules_named(one) for one in told)) if isinstance(told, list) else set()


def read_calendar(text: str, *, key: str, first: date, known: date) -> Words:
    """Return the calendar a text states; raise TextProblem, also when no day would be open.

    `known` is the day it is known until where the text does not say.
    """
    told = _parsed(text)
    problems = [
        Problem(line_of(text, name), f"{name} is no key of a calendar. It has {', '.join(CALENDAR_WORDS)}.")
        for name in sorted(told.keys() - CALENDAR_KEYS)
    ]
    if told.get("key", key) != key:
        problems.append(Problem(line_of(text, "key"), f"The key must stay {key}; it is how rules find the calendar."))
    weekend, closed = told.get("weekend"), told.get("closed")
    if not isinstance(weekend, list) or not all(day in WEEKDAYS for day in weekend):
        weekend = []
        problems.append(Problem(line_of(text, "weekend"), "weekend must be a list of days such as sat and sun."))
    if not isinstance(closed, dict):
        closed = {}
        problems.append(Problem(line_of(text, "closed"), "closed must name each closed day."))
    last = _until(told.get("known_until", known.isoformat()), first=first)
    if last is None:
        problems.append(
            Problem(line_of(text, "known_until"), f"known_until must be a day from {first} to {LATEST}, as 2030-12-31.")
        )
    problems += _bad_days(text, closed, first=first, last=last or LATEST)
    hours = told.get("hours", {})
    heading = line_of(text, "[hours]")
    problems += [
        Problem(line_of(text, name, after=heading) if name in WEEKDAYS else heading or line_of(text, name), words)
        for name, words in window_problems(hours, map(str, weekend))
    ]
    if problems or last is None:
        raise TextProblem(problems)
    ends = frozenset(WEEKDAYS.index(str(name)) for name in weekend)
    days = {date.fromisoformat(day): str(name) for day, name in closed.items()}
    try:
        Calendar(key, weekend=ends, closed=days, first=first, last=last)
    except CalendarProblem as error:
        raise TextProblem([Problem(line_of(text, "weekend"), str(error))]) from error
    return {
        "weekend": weekend, "known_until": last.isoformat(), "hours": hours, "closed": dict(sorted(closed.items())),
    }  # fmt: skip


def _until(told: object, *, first: date) -> date | None:
    """Return the day a calendar says it is known until; None when it is none."""
    try:
        found = date.fromisoformat(str(told))
    except ValueError:
        return None
    return found if first <= found <= LATEST else None


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
        return {key: _json(value) for key, value in tomllib.loads(text).items()}
    except RecursionError as error:
        raise TextProblem([Problem(0, "The text is nested too deeply to be read.")]) from error
    except ValueError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found.group(1)) if found else len(text.splitlines())
        words = re.sub(r" \(at .*\)$", "", str(error))
        raise TextProblem([Problem(line, f"This is not TOML: {words}.")]) from error


def _json(value: object) -> object:
    if isinstance(value, dict):
        return {key: _json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{value} is no number anybody can count with")
    return value.isoformat() if isinstance(value, (date, time)) else value


def line_of(text: str, word: str, *, after: int = 0) -> int:
    """Return the first line beyond `after` that sets the word, else the first that names it; 0 when none does."""
    whole = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    named = 0
    for number, line in enumerate(text.splitlines(), 1):
        if number <= after or not (found := whole.search(line)):
            continue
        if re.match(r"[\s\"']*=", line[found.end() :]) and not line[: found.start()].strip(" \"'"):
            return number
        named = named or number
    return named


def _place(text: str, words: str) -> int:
    """Return the line an engine's sentence is about: within the obligation it names, the first word that stands there."""
    *parts, said = words.split(": ")
    line = 0
    for part in parts:
        line = line_of(text, part, after=line) or line
    for quoted, word in re.findall(r"'([^']+)'|\b([A-Za-z_0-9-]{3,})\b", said):
        if place := line_of(text, quoted or word, after=max(line - 1, 0)):
            return place
    return line
