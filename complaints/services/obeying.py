"""After a new escalation policy is published, the open complaints are planned by it, batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from time import monotonic

from django.db import transaction

from complaints.models import Clock, Complaint, PolicyFollowing, PolicyVersion
from complaints.services.clocks import look_again
from complaints.services.planning import House, plan
from complaints.services.sets import update_rows
from complaints.thresholds.moments import lates, warnings
from complaints.thresholds.rules import Place
from regulations.models import ClockStatus

BATCH = 200
SLICE = 3.0


def obey(at: datetime, *, seconds: float = SLICE) -> int:
    """Plan open complaints by the newest policy; return how many. What is left when the time is over waits."""
    began, done = monotonic(), 0
    while monotonic() - began < seconds and (planned := _batch(at)):
        done += planned
    return done


@transaction.atomic
def _batch(at: datetime) -> int:
    # Whoever holds the row does the batch; a worker that dies gives it back with its transaction.
    waiting = PolicyFollowing.objects.select_for_update(skip_locked=True).filter(finished_at=None)
    work = waiting.order_by("-version").first()
    if work is None:
        return 0
    house = House.now()
    since = PolicyVersion.objects.values_list("published_at", flat=True).get(version=work.version)
    unfinished = Complaint.objects.filter(pk__gt=work.place, imported=False, has_ended=False)
    # Waited for, not skipped: nobody comes back for it.
    held = list(unfinished.order_by("pk").select_for_update().values_list("pk", flat=True)[:BATCH])
    rows = list(Complaint.objects.filter(pk__in=held).defer("narrative").order_by("pk").prefetch_related("clocks"))
    places = house.places(rows)
    changed: list[Clock] = []
    for complaint in rows:
        changed += _plan_again(complaint, house, places[complaint.pk], since=since, at=at)
    update_rows(changed, ("at_risk_at", "check_at", "warned_at"))
    update_rows(rows, ("next_check_at", "owner_check_at"))
    work.place = held[-1] if held else work.place
    if len(held) < BATCH:
        # An older version nobody has finished with is overtaken by this one.
        PolicyFollowing.objects.filter(version__lte=work.version, finished_at=None).update(finished_at=at)
    work.save(update_fields=["place"])
    return len(held)


def _plan_again(complaint: Complaint, house: House, place: Place, *, since: datetime, at: datetime) -> Sequence[Clock]:
    """Plan one complaint anew. What is due already is left to the sweep; what the new policy would have said before
    it was published is not made up."""
    clocks = list(complaint.clocks.all())
    later = [row for row in clocks if row.ends_at is not None and (row.check_at is None or row.check_at > at)]
    before = {row.pk: row.warned_at for row in later}
    for row in later:
        if row.status == ClockStatus.RUNNING:
            moments = warnings(row, house.policy.warnings, place, house.calendars)
        elif row.status == ClockStatus.MISSED:
            moments = lates(row, house.policy.lates, place, house.calendars)
        else:
            continue
        passed = [moment for moment, _ in moments if moment <= since]
        row.warned_at = max([*passed, row.warned_at or passed[-1]]) if passed else row.warned_at
    planned = {id(row) for row in plan(complaint, later, house, at=since)}
    look_again(complaint, clocks)
    return [row for row in later if id(row) in planned or row.warned_at != before[row.pk]]
