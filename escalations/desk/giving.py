"""Fair giving of what nobody owns: read who can take what, propose, and do what was proposed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q

from complaints.errors import Refused
from complaints.models import Complaint
from complaints.services.giving import give
from complaints.services.story import lock
from escalations.desk.distribution import LIGHTEST, WEIGHTS, Arrival, Proposal, Worker, propose
from escalations.desk.models import TeamDesk
from escalations.desk.shifts import shift
from users.models import Role, Team, User

log = logging.getLogger("redress.desk")
MOST = 100
WEEK = timedelta(days=7)


def workers(team: Team, *, now: datetime) -> list[Worker]:
    """Return who handles complaints in the team, with what they carry. One statement."""
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
    return [_worker(person, [heavy for _, heavy in bands], now=now) for person in found]


def arrivals(found: Sequence[Complaint]) -> list[Arrival]:
    """Return these complaints as far as giving goes."""
    return [
        Arrival(
            one.pk, one.reference, one.category.product, str(one.facts.get("language", "")), one.amount, one.currency,
            one.next_due_at,
        )
        for one in found
    ]  # fmt: skip


def proposals(team: Team, found: Sequence[Complaint], *, now: datetime) -> list[Proposal]:
    """Return who of the team should get each of these, and why."""
    return propose(arrivals(found), workers(team, now=now), now=now)


def give_by_itself(*, at: datetime) -> int:
    """Give what nobody owns in the teams that want it so; return how many were given."""
    return sum(
        _give_in(desk.team, at=at) for desk in TeamDesk.objects.filter(gives_by_itself=True).select_related("team")
    )


@transaction.atomic
def _give_in(team: Team, *, at: datetime) -> int:
    """Give one team's arrivals. Two workers at once share them: what one holds, the other does not see."""
    unowned = Complaint.objects.filter(team=team, owner=None, imported=False).filter(has_ended=False)
    # Only fresh rows, and never one that a person is just changing.
    held = list(
        unowned.select_for_update(of=("self",), skip_locked=True)
        .select_related("category")
        .order_by("next_due_at", "pk")[:MOST]
    )
    given = 0
    proposed = proposals(team, held, now=at) if held else []
    owners = User.objects.select_related("team").in_bulk({one.worker.key for one in proposed if one.worker})
    for proposal in proposed:
        # Nobody is woken: what only somebody off shift could take waits until they come, or a lead gives it.
        if proposal.worker is None or not proposal.worker.on_shift:
            continue
        owner = owners[proposal.worker.key]
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


def _worker(person: User, weights: Sequence[int], *, now: datetime) -> Worker:
    on_shift, said = shift(person, now=now)
    load = sum(getattr(person, f"band{place}") * heavy for place, heavy in enumerate(weights))
    return Worker(
        person.pk, person.name, tuple(person.languages), tuple(person.skills), person.authority_amount,
        person.authority_currency, person.most_cases, person.carries, load, person.soon, on_shift, said,  # type: ignore[attr-defined]
    )  # fmt: skip
