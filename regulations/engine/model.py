"""What goes into the engine and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


class EngineError(ValueError):
    """The question cannot be answered; the text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: an aware instant, or a date in the respondent's zone (vocabulary, section 4)."""

    type: str
    at: datetime | date
    attrs: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """One obligation of one rule, with its limit and why (vocabulary, sections 1 and 5).

    `kind` is D duty, W window of somebody else, F from this date, K keep through. `due_on` is the last permitted
    date on the strictest reading, in the respondent's zone; None when the law names no number. `due_at` is set only
    for hours, minutes and close of business. `ends_at` is the instant the limit ends, UTC. `counts_first_day`: the
    trigger's date is day 1, not day 0.
    """

    rule: str
    rule_version: int
    obligation: str
    kind: str
    title: str
    rule_title: str
    citation: str
    enforced: bool
    trigger: str
    trigger_on: date
    due_on: date | None
    due_at: datetime | None
    ends_at: datetime | None
    latest_lawful_on: date | None
    met_by: tuple[str, ...]
    calendar: str
    calendar_version: int
    unit: str
    length: int
    sentence: str
    counts_first_day: bool = False
