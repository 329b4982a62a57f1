"""What an escalation policy says: rules with their moment, whom they are for, and who is told. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from functools import cached_property


class When(StrEnum):
    """What a rule waits for."""

    SHARE = "share"
    BEFORE = "before"
    BREACH = "breach"
    AFTER = "after"
    UNASSIGNED = "unassigned"
    APPROVAL = "approval"
    RAISED = "raised"
    BOUNCED = "bounced"
    SET_ASIDE = "set_aside"


# Why something asks for a decision, in the words escalations are sorted by.
REASON: dict[When, str] = {
    When.SHARE: "at_risk", When.BEFORE: "at_risk", When.BREACH: "missed", When.AFTER: "missed",
    When.UNASSIGNED: "unassigned", When.APPROVAL: "review", When.RAISED: "manual", When.BOUNCED: "undelivered",
    When.SET_ASIDE: "set_aside",
}  # fmt: skip
WARNINGS = frozenset({When.SHARE, When.BEFORE})
# About one limit of a complaint; the others are about the complaint.
OF_A_LIMIT = frozenset({When.SHARE, When.BEFORE, When.BREACH, When.AFTER})
EVENTS = frozenset({When.RAISED, When.BOUNCED, When.SET_ASIDE})
EACH = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: a number of minutes, hours, days, working hours or working days."""

    number: int
    unit: str

    def __str__(self) -> str:
        return f"{self.number} {self.unit if self.number != 1 else self.unit.removesuffix('s')}"

    @property
    def lasts(self) -> timedelta:
        """How long it is when every hour counts; the engine or a team's hours count the working ones."""
        return self.number * EACH[self.unit.removeprefix("working ")]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which complaints a rule is for; an empty tuple asks nothing."""

    jurisdiction: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    obligation: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        return bool(self.jurisdiction or self.team or self.product or self.obligation)


@dataclass(frozen=True, slots=True)
class Place:
    """What rules may ask of a complaint."""

    jurisdiction: str
    zone: str
    team: str
    product: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One moment at which the house wants to know, and what happens then."""

    id: str
    title: str
    words: str
    when: When
    span: Span | None
    percent: int
    at_most: Span | None
    severity: int
    to: str
    tell: tuple[str, ...]
    by: tuple[str, ...]
    wait: Span | None
    only: Scope
    but: Scope

    @property
    def reason(self) -> str:
        return REASON[self.when]

    @property
    def webhooks(self) -> list[str]:
        """The names of the channels that are called."""
        return [name.removeprefix("webhook:") for name in self.by if name.startswith("webhook:")]

    def fits(self, place: Place, obligation: str = "") -> bool:
        """Say whether the rule is for this complaint, and for its limit of this obligation."""
        # Most rules are for everybody, and a burst asks a hundred thousand times.
        if not (self.only.asks or self.but.asks):
            return True
        seen = (place.jurisdiction, place.team, place.product, obligation)
        only = (self.only.jurisdiction, self.only.team, self.only.product, self.only.obligation)
        but = (self.but.jurisdiction, self.but.team, self.but.product, self.but.obligation)
        wanted = all(not asked or value in asked for value, asked in zip(seen, only, strict=True))
        return wanted and not any(value in asked for value, asked in zip(seen, but, strict=True))


@dataclass(frozen=True)
class Policy:
    """A version of the policy: its rules in their order, how far things climb, and when people are left alone."""

    version: int
    rules: tuple[Rule, ...]
    highest: int
    quiet: tuple[time, time] | None

    def of(self, *kinds: When) -> Sequence[Rule]:
        """Return the rules that wait for any of these."""
        return [rule for rule in self.rules if rule.when in kinds]

    def rule(self, threshold: str, reason: str = "") -> Rule | None:
        """Return the rule of this id; for what an older policy raised, the first of its reason."""
        named = next((rule for rule in self.rules if rule.id == threshold), None)
        return named or next((rule for rule in self.rules if rule.reason == reason), None)

    def event(self, when: When) -> Rule:
        """Return the rule for what a person or the house raises; reading sees to it that there is one."""
        return next(rule for rule in self.rules if rule.when is when)

    @cached_property
    def warnings(self) -> Sequence[Rule]:
        return self.of(*WARNINGS)

    @cached_property
    def breaches(self) -> Sequence[Rule]:
        return self.of(When.BREACH)

    @cached_property
    def lates(self) -> Sequence[Rule]:
        return self.of(When.AFTER)

    @cached_property
    def of_complaints(self) -> Sequence[Rule]:
        return self.of(When.UNASSIGNED, When.APPROVAL)

    @cached_property
    def asks(self) -> bool:
        """True when a rule is for some complaints only."""
        return any(rule.only.asks or rule.but.asks for rule in self.rules)

    @cached_property
    def counts_days(self) -> bool:
        """True when a rule counts working days of a calendar."""
        return any(rule.span is not None and rule.span.unit == "working days" for rule in self.rules)

    @cached_property
    def counts_hours(self) -> bool:
        """True when a rule about the complaint itself counts the working hours of its team."""
        return any(rule.span is not None and rule.span.unit == "working hours" for rule in self.of_complaints)
