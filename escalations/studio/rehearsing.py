"""Rehearse a draft of the policy over the open book: what it would raise from now on, to whom and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction

from complaints.models import Clock, Complaint
from complaints.services.planning import House, desk_moments
from complaints.thresholds.moments import breach, lates, warnings
from complaints.thresholds.rules import Place, Rule
from escalations.models import PolicyRehearsal
from escalations.routing import Staff, receiver
from escalations.studio.versions import policy_in, problems, version, versions
from regulations.models import ClockStatus, Draft
from regulations.studio.drafts import hold
from users.errors import Refused
from users.models import User

BATCH = 500
SLICE = 1.8
SAMPLES = 20
# Beyond this nobody asks who will get what; a limit of a year would drown the next two weeks.
AHEAD = timedelta(days=90)
EVERY_ADMIN = "Every admin"
Raised = tuple[datetime, Rule, Clock | None]
Tally = dict[str, Any]


@transaction.atomic
def ask(draft_id: int, *, actor: User, at: datetime) -> PolicyRehearsal:
    """Ask for a rehearsal of the draft as it stands; a running one of the same words is returned instead."""
    draft = hold(draft_id, actor)
    if found := problems(draft):
        raise Refused(f"The draft cannot be rehearsed yet: {found[0].words}")
    base = versions()[0].number
    # The draft's lock is held, so no second person asks between this look and the insert below.
    running = PolicyRehearsal.objects.select_for_update().filter(draft=draft, finished_at=None).first()
    if running is not None:
        if (running.text, running.base_version) == (draft.text, base):
            return running
        running.delete()
    return PolicyRehearsal.objects.create(draft=draft, text=draft.text, base_version=base, asked_by=actor, asked_at=at)


def is_current(rehearsal: PolicyRehearsal, draft: Draft) -> bool:
    """Say whether it rehearsed the words as they stand, against the policy in force now."""
    return rehearsal.text == draft.text and rehearsal.base_version == versions()[0].number


def rehearse(now: Callable[[], datetime], *, seconds: float = SLICE) -> int:
    """Go on with what was asked for; return how many batches were done."""
    began, done = monotonic(), 0
    while monotonic() - began < seconds and _batch(now()):
        done += 1
    return done


@transaction.atomic
def _batch(at: datetime) -> bool:
    waiting = PolicyRehearsal.objects.select_for_update(skip_locked=True).filter(finished_at=None)
    work = waiting.order_by("asked_at", "pk").first()
    if work is None:
        return False
    unfinished = Complaint.objects.filter(imported=False, has_ended=False)
    if work.started_at is None:
        work.started_at, work.total = at, unfinished.count()
        work.result = {"before": _nothing(), "after": _nothing(), "changed": 0, "samples": []}
    found = unfinished.filter(pk__gt=work.place).order_by("pk").defer("narrative").prefetch_related("clocks")
    batch = list(found.select_related("respondent", "team", "category", "owner")[:BATCH])
    both, staff = _both(work), Staff.now()
    for complaint in batch:
        _add(work.result, complaint, both, staff, now=work.started_at)
    work.place = batch[-1].pk if batch else work.place
    work.seen += len(batch)
    work.total = max(work.total, work.seen)
    work.finished_at = at if len(batch) < BATCH else None
    work.save()
    return True


def _both(work: PolicyRehearsal) -> tuple[House, House]:
    """Return the house under the policy in force then, and under the draft."""
    return House.of(policy_in(version(work.base_version).text)), House.of(policy_in(work.text))


def _nothing() -> Tally:
    return {"total": 0, "rules": {}, "people": {}, "days": {}}


def _add(result: Tally, complaint: Complaint, both: tuple[House, House], staff: Staff, *, now: datetime) -> None:
    told = []
    for side, house in zip(("before", "after"), both, strict=True):
        raised = [
            (at, rule, _name(receiver(rule.to, complaint, staff, at=at)), clock)
            for at, rule, clock in raised_from(complaint, house, now=now)
            if at <= now + AHEAD
        ]
        told.append(
            [
                (at.isoformat(), rule.title, rule.severity, to, clock.pk if clock else 0)
                for at, rule, to, clock in raised
            ]
        )
        for at, rule, to, _ in raised:
            _count(result[side], rule.title, to, at.date().isoformat())
    if told[0] != told[1]:
        result["changed"] += 1
        if len(result["samples"]) < SAMPLES:
            result["samples"].append(_sample(complaint, *told))


def _count(tally: Tally, rule: str, to: str, day: str) -> None:
    tally["total"] += 1
    for kind, key in (("rules", rule), ("people", to), ("days", day)):
        tally[kind][key] = tally[kind].get(key, 0) + 1


def _sample(complaint: Complaint, before: list[Any], after: list[Any]) -> Tally:
    shown = [
        [f"{title}, {at[:16].replace('T', ' ')} UTC, to {to}" for at, title, _, to, _ in side]
        for side in (before, after)
    ]
    return {"reference": complaint.reference, "subject": complaint.subject, "before": shown[0], "after": shown[1]}


def _name(person: User | None) -> str:
    return person.name if person else EVERY_ADMIN


def raised_from(complaint: Complaint, house: House, *, now: datetime) -> list[Raised]:
    """Return what the policy will raise on this complaint from now on if nobody does anything, soonest first."""
    place = house.place(complaint)
    found: list[Raised] = [(at, rule, None) for at, rule in desk_moments(complaint, house, place) if at > now]
    for row in complaint.clocks.all():
        if row.is_owed:
            found += _of_clock(row, house, place, now=now)
    return sorted(found, key=lambda one: (one[0], one[2].pk if one[2] else 0, one[1].id))


def _of_clock(row: Clock, house: House, place: Place, *, now: datetime) -> Iterator[Raised]:
    assert row.ends_at is not None
    moments: Sequence[tuple[datetime, Rule]] = lates(row, house.policy.lates, place, house.calendars)
    if row.status == ClockStatus.RUNNING:
        early = warnings(row, house.policy.warnings, place, house.calendars)
        moments = [*early, (row.ends_at, breach(row, house.policy.breaches, place)), *moments]
    yield from ((at, rule, row) for at, rule in moments if at > now)
