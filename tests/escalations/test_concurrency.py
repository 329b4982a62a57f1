"""Any number of sweeps at once: each due moment still has one outcome. On real PostgreSQL, with real commits."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, transaction

from complaints.models import Complaint, Entry, Kind
from complaints.services.story import first_broken_link
from correspondence.models import OutboundMail
from escalations.models import Escalation
from escalations.sweep import Swept, sweep
from tests.escalations.builders import complaints_with_a_clock
from users.models import Team, User

pytestmark = pytest.mark.django_db(transaction=True)
NIGHT = datetime.fromisoformat("2026-06-22T23:00:00+00:00")


def at_once(*acts: Callable[[], Swept]) -> list[Swept]:
    """Run the acts in threads that start together, each with a connection of its own."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Swept]) -> Swept:
        gate.wait(timeout=10)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_four_sweeps_at_once_give_each_clock_one_outcome(a_specialist: User, a_lead: User, a_team: Team) -> None:
    complaints_with_a_clock([NIGHT] * 300, owner=a_specialist, team=a_team)

    done = at_once(*[lambda: sweep(NIGHT, batch=20)] * 4)

    assert sum(swept.missed for swept in done) == 300
    assert sum(swept.set_aside for swept in done) == 0
    assert set(Counter(Escalation.objects.values_list("clock", flat=True)).values()) == {1}
    assert Escalation.objects.count() == 300
    assert Entry.objects.filter(kind=Kind.CLOCK_MISSED).count() == 300
    assert OutboundMail.objects.count() == 300
    stories = [list(complaint.story.all()) for complaint in Complaint.objects.prefetch_related("story")]
    assert {first_broken_link(story) for story in stories} == {None}


def test_a_sweep_passes_by_what_somebody_is_working_on(a_specialist: User, a_team: Team) -> None:
    clocks = complaints_with_a_clock([NIGHT] * 3, owner=a_specialist, team=a_team)
    held, released = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            Complaint.objects.select_for_update().get(pk=clocks[0].complaint_id)
            held.set()
            released.wait(timeout=10)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        held.wait(timeout=10)
        meanwhile = sweep(NIGHT)
        released.set()
        working.result(timeout=10)

    assert (meanwhile.missed, sweep(NIGHT).missed) == (2, 1)
