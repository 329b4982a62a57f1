"""How a policy says when and how long: the phrases an admin writes, read into what the house counts with. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from complaints.thresholds.rules import Span, When

# Beyond these nobody plans, and a calendar may not know the days.
MOST = {"minutes": 10_000, "hours": 2_000, "days": 365, "working hours": 500, "working days": 90}
SPAN = r"\d{1,6} (?:working )?(?:minute|hour|day)s?"
BY_THE_CLOCK = ("minutes", "hours")
BY_THE_DAY = ("days", "working days")
BY_THE_TEAM = ("minutes", "hours", "working hours")
PHRASES: tuple[tuple[When, str, tuple[str, ...]], ...] = (
    (When.SHARE, rf"(?P<percent>\d{{1,3}}) ?% of the time(?:, at most (?P<most>{SPAN}) before the end)?", BY_THE_CLOCK),
    (When.BEFORE, rf"(?P<span>{SPAN}) before the end", (*BY_THE_CLOCK, *BY_THE_DAY)),
    (When.BREACH, "at breach", ()),
    (When.AFTER, rf"(?P<span>{SPAN}) after breach", (*BY_THE_CLOCK, *BY_THE_DAY)),
    (When.UNASSIGNED, rf"unassigned for (?P<span>{SPAN})", BY_THE_TEAM),
    (When.APPROVAL, rf"waiting for approval for (?P<span>{SPAN})", BY_THE_TEAM),
    (When.RAISED, "raised by hand", ()),
    (When.BOUNCED, "a letter bounced", ()),
    (When.SET_ASIDE, "set aside", ()),
)
EXAMPLES = (
    "75 % of the time; 3 working days before the end; at breach; 2 days after breach; unassigned for 30 minutes; "
    "waiting for approval for 4 working hours; raised by hand; a letter bounced; set aside"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A phrase that was read."""

    when: When
    span: Span | None
    percent: int
    at_most: Span | None


def read_when(words: str) -> Moment:
    """Return what a phrase says; raise ValueError with a sentence that says how to write it."""
    said = " ".join(words.split())
    for when, pattern, units in PHRASES:
        if found := re.fullmatch(pattern, said):
            parts = found.groupdict()
            percent = int(parts.get("percent") or 0)
            if when is When.SHARE and not 0 < percent < 100:
                raise ValueError("A share of the time lies between 1 % and 99 %.")
            span, most = parts.get("span"), parts.get("most")
            return Moment(
                when, read_span(span, units) if span else None, percent, read_span(most, units) if most else None
            )
    raise ValueError(f"“{said}” is no moment. Write one of: {EXAMPLES}.")


def read_span(words: str, units: tuple[str, ...]) -> Span:
    """Return a length of time in one of these units; raise ValueError with a sentence."""
    found = re.fullmatch(r"(\d{1,6}) ((?:working )?(?:minute|hour|day))s?", " ".join(words.split()))
    unit = f"{found[2]}s" if found else ""
    if found is None or unit not in units:
        raise ValueError(f"“{words}” cannot be counted here. Write a number of {' or '.join(units)}.")
    if not 0 < int(found[1]) <= MOST[unit]:
        raise ValueError(f"{words} is out of bounds: 1 to {MOST[unit]:,} {unit}.")
    return Span(int(found[1]), unit)
