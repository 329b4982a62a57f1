"""Who should get which complaint, and why. Pure: the same people and complaints always give the same answer.

A complaint goes to somebody who may and can: there, product known, class allowed, language written, amount at stake within their redress
authority, room for another case, working now (off shift only when nobody who could is on it). Among these to whoever
carries least, counted so that what is due soon weighs more; ties go by name. Soonest due is given first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from users.classes import CLASSES
from users.languages import language_named

# What a case weighs by the time left: overdue or due within a day, within three days, within a week, later or never.
WEIGHTS = ((timedelta(days=1), 4), (timedelta(days=3), 3), (timedelta(days=7), 2))
LIGHTEST, HEAVIEST = 1, 4


@dataclass(frozen=True, slots=True)
class Worker:
    """One person, as far as giving work goes. Empty skills, classes and languages mean all; no authority means none."""

    key: int
    name: str
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    authority: Decimal | None = None
    currency: str = ""
    most: int | None = None
    open: int = 0
    load: int = 0
    due_this_week: int = 0
    on_shift: bool = True
    shift: str = ""
    classes: tuple[str, ...] = ()
    # Why they are not there at all, in words; empty when they are.
    away: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One complaint nobody owns."""

    key: int
    reference: str
    product: str
    language: str = ""
    amount: Decimal | None = None
    currency: str = ""
    due_at: datetime | None = None
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who should get a complaint, and why; nobody, and what is missing."""

    arrival: Arrival
    worker: Worker | None
    why: str


def weight(due_at: datetime | None, *, now: datetime) -> int:
    """Return what a case weighs on its owner, 1 to 4."""
    if due_at is None:
        return LIGHTEST
    return next((heavy for within, heavy in WEIGHTS if due_at - now <= within), LIGHTEST)


def propose(arrivals: Sequence[Arrival], workers: Sequence[Worker], *, now: datetime) -> list[Proposal]:
    """Return a proposal for each complaint, soonest due first."""
    team = {worker.key: worker for worker in workers}
    found = []
    for arrival in sorted(arrivals, key=lambda one: (one.due_at is None, one.due_at or now, one.reference)):
        able = [worker for worker in team.values() if not refusal(arrival, worker)]
        # Off shift only when nobody who could take it is on it.
        there = [worker for worker in able if worker.on_shift] or able
        if not there:
            found.append(Proposal(arrival, None, _nobody(arrival, list(team.values()))))
            continue
        best = min(there, key=lambda one: (one.load, one.open, one.name, one.key))
        found.append(Proposal(arrival, best, _why(arrival, best)))
        heavy, soon = (
            weight(arrival.due_at, now=now),
            bool(arrival.due_at and arrival.due_at - now <= timedelta(days=7)),
        )
        team[best.key] = replace(
            best, load=best.load + heavy, open=best.open + 1, due_this_week=best.due_this_week + soon
        )
    return found


def refusal(arrival: Arrival, worker: Worker) -> str:
    """Return why this person cannot take it; empty when they can."""
    if worker.away:
        return worker.away
    if worker.skills and arrival.product.casefold() not in {skill.casefold() for skill in worker.skills}:
        return f"does not know {arrival.product}"
    if worker.classes and (other := [one for one in arrival.classes if one not in worker.classes]):
        return f"may not work {dict(CLASSES).get(other[0], other[0])}"
    if arrival.language and worker.languages and arrival.language not in worker.languages:
        return f"does not write {language_named(arrival.language)}"
    if arrival.amount and not _has_authority(arrival, worker):
        return f"has no authority over {arrival.currency} {arrival.amount:,.2f}"
    if worker.most is not None and worker.open >= worker.most:
        return f"has {worker.open} open of at most {worker.most}"
    return ""


def _has_authority(arrival: Arrival, worker: Worker) -> bool:
    """Compare within one currency only: a rate would make the limit move from day to day."""
    return (
        worker.authority is not None
        and worker.currency == arrival.currency
        and (arrival.amount or 0) <= worker.authority
    )


def _why(arrival: Arrival, worker: Worker) -> str:
    said = [language_named(arrival.language)] if arrival.language else []
    said.append(arrival.product)
    if arrival.amount:
        said.append(f"authority to {worker.currency} {worker.authority:,.0f}")
    said.append(f"{worker.due_this_week} due this week")
    said.append(worker.shift or ("on shift" if worker.on_shift else "off shift"))
    return f"{worker.name.split()[0]}: {', '.join(said)}"


def _nobody(arrival: Arrival, workers: Sequence[Worker]) -> str:
    if not workers:
        return "Nobody works in this team."
    said = "; ".join(f"{worker.name.split()[0]} {refusal(arrival, worker)}" for worker in workers[:4])
    more = f"; and {len(workers) - 4} more cannot" if len(workers) > 4 else ""
    return f"Nobody can take it: {said}{more}."
