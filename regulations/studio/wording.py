"""Rules and calendars in plain words, and old beside new, for whoever must judge a change. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import zip_longest

from regulations.models import DraftKind
from regulations.reading import DAY_NAMES, demands
from regulations.studio.targets import target_words

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a line, and whether the other side says them too."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A line as it stands and as it would be; a side is empty where the line is new or gone."""

    left: list[Part]
    right: list[Part]
    same: bool


def in_words(kind: str, words: Mapping[str, object]) -> list[str]:
    """Return what a rule or a calendar says, a sentence a line."""
    if kind == DraftKind.TARGET:
        return target_words(words)
    return _calendar_words(words) if kind == DraftKind.CALENDAR else _rule_words(words)


def _rule_words(words: Mapping[str, object]) -> list[str]:
    lines = [f"{words['title']}.", f"Source: {words['citation']} ({words['source_status']})."]
    start, end = words.get("effective_from"), words.get("effective_to")
    lines.append(f"In force {f'from {start}' if start else 'always'}{f' until {end}' if end else ''}.")
    applies = words.get("applies")
    if isinstance(applies, Mapping):
        lines += [f"Applies where {_condition(key, value)}." for key, value in sorted(applies.items())]
    for one in demands(words):
        longer = f" Longer: {one.extended}." if one.extended else ""
        generous = f" On the most generous reading {one.generous}." if one.generous else ""
        lines.append(f"{one.title}: {one.length}, counted from {one.counts_from}; {one.kind}.{longer}{generous}")
    return lines


def _condition(key: str, value: object) -> str:
    name = key.replace("_", " ")
    if isinstance(value, bool):
        return name if value else f"not {name}"
    if isinstance(value, list):
        return f"{name} is {' or '.join(_value(one) for one in value)}"
    return f"{name} is {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return " and ".join(_condition(key, one) for key, one in value.items())
    return str(value)


def _calendar_words(words: Mapping[str, object]) -> list[str]:
    weekend, closed = words["weekend"], words["closed"]
    assert isinstance(weekend, list) and isinstance(closed, Mapping)
    ends = " and ".join(DAY_NAMES[str(day)] for day in weekend) or "no day"
    days = ((date.fromisoformat(day), name) for day, name in sorted(closed.items()))
    hours = words.get("hours") or {}
    assert isinstance(hours, Mapping)
    opening = [f"Open on {DAY_NAMES[str(day)]} {' and '.join(windows)}." for day, windows in hours.items()]
    until = (
        [f"Known until {date.fromisoformat(str(words['known_until'])):%-d %B %Y}."] if "known_until" in words else []
    )
    return [f"Weekend: {ends}.", *until, *opening, *(f"Closed on {day:%A %-d %B %Y}: {name}." for day, name in days)]


def side_by_side(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """Return both texts line by line, with the words marked that differ."""
    pairs: list[Pair] = []
    for tag, left_from, left_to, right_from, right_to in SequenceMatcher(None, before, after, False).get_opcodes():
        if tag == "equal":
            pairs += [Pair([Part(line, False)], [Part(line, False)], True) for line in before[left_from:left_to]]
        else:
            both = zip_longest(before[left_from:left_to], after[right_from:right_to])
            pairs += [_pair(old, new) for old, new in both]
    return pairs


def changes(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """Return only the lines that differ."""
    return [pair for pair in side_by_side(before, after) if not pair.same]


def _pair(old: str | None, new: str | None) -> Pair:
    if old is None or new is None:
        return Pair([Part(old, True)] if old else [], [Part(new, True)] if new else [], False)
    left: list[Part] = []
    right: list[Part] = []
    was, becomes = TOKEN.findall(old), TOKEN.findall(new)
    for tag, left_from, left_to, right_from, right_to in SequenceMatcher(None, was, becomes, False).get_opcodes():
        for side, words in ((left, was[left_from:left_to]), (right, becomes[right_from:right_to])):
            if words:
                side.append(Part("".join(words), tag != "equal"))
    return Pair(left, right, False)
