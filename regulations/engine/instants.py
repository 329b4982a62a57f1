"""Which limits hang on the instant alone, so that all others of a rule can be answered from memory. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from regulations.engine.rules import SUMMARY, Obligation, Rule

Pair = tuple[str, str]


def hanging(rule: Rule) -> frozenset[str]:
    """Return the obligations of a rule that look at the instant of their trigger, and on which no other depends."""
    wanted = {SUMMARY, rule.gate, *(one.only_within for one in rule.obligations)}
    instant = {one.key for one in rule.obligations if one.looks_at == "instant"} - wanted
    # Of an obligation written twice all wordings must, or the other one's answer would be asked for again as well.
    return frozenset(instant - {one.key for one in rule.obligations if one.looks_at != "instant"})


def without(rule: Rule, keys: frozenset[str]) -> Rule:
    """Return the rule without these obligations: what is left of it looks at less of its events."""
    return replace(rule, obligations=tuple(one for one in rule.obligations if one.key not in keys))


def alone(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules with their hanging obligations only, and with what decides whether those run."""
    found = []
    for rule in rules:
        if keys := hanging(rule):
            kept = tuple(one for one in rule.obligations if one.key in keys or _decides(rule, one, keys))
            found.append(replace(rule, obligations=kept))
    return tuple(found)


def _decides(rule: Rule, obligation: Obligation, keys: frozenset[str]) -> bool:
    windows = {one.only_within for one in rule.obligations if one.key in keys}
    return obligation.key in {SUMMARY, rule.gate, *windows}


def pairs(rules: Iterable[Rule]) -> frozenset[Pair]:
    """Return the rule and obligation of everything that hangs on an instant."""
    return frozenset((rule.id, key) for rule in rules for key in hanging(rule))
