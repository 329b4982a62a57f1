"""Fair giving of what nobody owns: read who can take what, propose, and do what was proposed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q

from complaints import bulk
from complaints.errors import Refused
from complaints.models import Complaint
from complaints.services import case
from complaints.services.giving import give
from complaints.services.story import lock
from escalations.desk.away import away
from escalations.desk.distribution import LIGHTEST, WEIGHTS, Arrival, Proposal, Worker, propose
from escalations.desk.loads import days_of
from escalations.desk.models import TeamDesk
from escalations.desk.shifts import shift
from escalations.desk.workdays import Workdays
from users.models import Absence, Role, Team, User

log = logging.getLogger("redress.desk")
MOST = 100
WEEK = timedelta(days=7)


def workers(team: Team, *, now: datetime) -> list[Worker]:
    """Return who handles complaints in the team, with what they carry and whether they are there."""
    bands = _bands(now)
    open_ = Q(complaints__has_ended=False)
    found = (
        User.objects.filter(team=team, is_active=True, role=Role.SPECIALIST)
        .select_related("team")
        .annotate(
            carries=Count("complaints", filter=open_),
            soon=Count("complaints", filter=open_ & Q(complaints__next_due_at__lte=now + WEEK)),
            **{f"band{place}": Count("complaints", filter=open_ & band) for place, (band, _) in enumerate(bands)},
        )
        .order_by("name", "pk")
    )
    people = list(found)
    gone = away((person.pk for person in people), now=now)
    days, heavy = days_of(team), [weighs for _, weighs in bands]
    return [_worker(person, heavy, days, gone.now(person, at=now), now=now) for person in people]


def arrivals(found: Sequence[Complaint]) -> list[Arrival]:
    """Return these complaints as far as giving goes."""
    return [
        Arrival(
            one.pk, one.reference, one.category.product, one.spoken, one.amount, one.currency, one.next_due_at,
            tuple(one.complaint_class),
        )
        for one in found
    ]  # fmt: skip


def hold(team: Team) -> dict[int, User]:
    """Lock the team's people against every other giving by itself, and return them.

    What each has is counted under this lock: two givers that counted at once would both give the last case somebody
    may have. Without it in the key, so that an entry or a notice that only names a person does not wait.
    """
    rows = User.objects.filter(team=team).select_for_update(no_key=True, of=("self",)).select_related("team")
    return {person.pk: person for person in rows.order_by("pk")}


def proposals(team: Team, found: Sequence[Complaint], *, without: User | None = None, now: datetime) -> list[Proposal]:
    """Return who of the team should get each of these, and why; never the one they are taken from."""
    able = [worker for worker in workers(team, now=now) if without is None or worker.key != without.pk]
    return propose(arrivals(found), able, now=now)


@transaction.atomic
def give_as_proposed(picked: list[bulk.Pick], *, owner: User, actor: User, at: datetime) -> list[bulk.Outcome]:
    """Do what was proposed for one person: never more than they may have, however long ago it was proposed.

    A lead who means to give more does so by hand.
    """
    person = hold(owner.team)[owner.pk] if owner.team else owner

    def one(complaint: Complaint, version: int) -> str:
        has = Complaint.objects.filter(owner=person, has_ended=False).count()
        if person.most_cases is not None and has >= person.most_cases:
            raise Refused(
                f"{person.name} has {has} open of at most {person.most_cases} now. Give it by hand if it must be."
            )
        if gone := away([person.pk], now=at).now(person, at=at):
            raise Refused(f"{person.name} is away until {gone.last_on:%-d %b}. Choose somebody who is there.")
        case.assign(complaint.pk, owner=person, actor=actor, at=at, version=version)
        return f"Given to {person.name}."

    return bulk.each(picked, one, actor=actor)


def give_by_itself(*, at: datetime) -> int:
    """Give what nobody owns in the teams that want it so; return how many were given."""
    return sum(
        _give_in(desk.team, at=at) for desk in TeamDesk.objects.filter(gives_by_itself=True).select_related("team")
    )


@transaction.atomic
def _give_in(team: Team, *, at: datetime) -> int:
    """Give one team's arrivals. Two workers at once share them: what one holds, the other does not see."""
    held_people = hold(team)
    unowned = Complaint.objects.filter(team=team, owner=None, imported=False, has_ended=False)
    # Only fresh rows, and never one that a person is just changing.
    held = list(
        unowned.select_for_update(of=("self",), skip_locked=True)
        .select_related("category", "respondent")
        .order_by("next_due_at", "pk")[:MOST]
    )
    given = 0
    proposed = proposals(team, held, now=at) if held else []
    for proposal in proposed:
        # Nobody is woken: what only somebody off shift could take waits until they come, or a lead gives it.
        if proposal.worker is None or not proposal.worker.on_shift:
            continue
        owner = held_people[proposal.worker.key]
        try:
            with transaction.atomic():
                give(lock(proposal.arrival.key), owner=owner, actor=None, at=at, why=proposal.why)
            given += 1
        except Refused as refused:
            log.warning("%s was not given: %s", proposal.arrival.reference, refused)
    return given


def _bands(now: datetime) -> list[tuple[Q, int]]:
    """Return what weighs how much, as conditions on a person's complaints."""
    bands, after = [], None
    for within, heavy in WEIGHTS:
        due = Q(complaints__next_due_at__lte=now + within)
        bands.append((due & Q(complaints__next_due_at__gt=after) if after else due, heavy))
        after = now + within
    return [*bands, (Q(complaints__next_due_at__gt=after) | Q(complaints__next_due_at=None), LIGHTEST)]


def _worker(person: User, weights: Sequence[int], days: Workdays, gone: Absence | None, *, now: datetime) -> Worker:
    on_shift, said = shift(person, now=now, days=days)
    load = sum(getattr(person, f"band{place}") * heavy for place, heavy in enumerate(weights))
    return Worker(
        person.pk, person.name, tuple(person.languages), tuple(person.skills), person.authority_amount,
        person.authority_currency, person.most_cases, person.carries, load, person.soon, on_shift, said,  # type: ignore[attr-defined]
        tuple(person.classes), f"is away until {gone.last_on:%-d %b}" if gone else "",
    )  # fmt: skip
