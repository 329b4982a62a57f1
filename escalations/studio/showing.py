"""A rehearsal of the policy as people read it: one sentence, and what changes by rule, by person and by day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from escalations.models import PolicyRehearsal

DAYS = 14


@dataclass(frozen=True, slots=True)
class Line:
    """How often: by the policy in force, and by the draft."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A finished rehearsal, ready for its page."""

    sentence: str
    tables: list[tuple[str, list[Line]]]
    days: list[tuple[date, int, int]]
    samples: list[dict[str, Any]]


def show(rehearsal: PolicyRehearsal) -> Shown | None:
    """Return what a rehearsal found; None while it is not finished."""
    told = rehearsal.result
    if rehearsal.finished_at is None or not told:
        return None
    days = _lines(told, "days")[:DAYS]
    return Shown(
        _sentence(told), [("Rule", _lines(told, "rules")), ("To", _lines(told, "people"))],
        [(date.fromisoformat(line.name), line.before, line.after) for line in days], told["samples"],
    )  # fmt: skip


def _sentence(told: dict[str, Any]) -> str:
    before, after, changed = told["before"]["total"], told["after"]["total"], told["changed"]
    if not changed:
        return f"Raises the same {before:,} escalations"
    return f"Raises {after:,} escalations where today's policy raises {before:,}, on {changed:,} changed case{'' if changed == 1 else 's'}"


def _lines(told: dict[str, Any], kind: str) -> list[Line]:
    before, after = told["before"][kind], told["after"][kind]
    return [Line(name, before.get(name, 0), after.get(name, 0)) for name in sorted({*before, *after})]
