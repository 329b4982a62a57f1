"""Any number of sweeps at once: each due moment still has one outcome. On real PostgreSQL, with real commits."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from complaints.models import Clock, Complaint, Entry, Kind
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


def holding(query: QuerySet[Any], held: threading.Event, released: threading.Event) -> None:
    """Keep these rows locked until told to let go."""
    with transaction.atomic():
        list(query.select_for_update())
        held.set()
        released.wait(timeout=10)
    connection.close()


def test_a_sweep_passes_by_what_somebody_is_working_on(a_specialist: User, a_team: Team) -> None:
    clocks = complaints_with_a_clock([NIGHT] * 3, owner=a_specialist, team=a_team)
    held, released = threading.Event(), threading.Event()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(holding, Complaint.objects.filter(pk=clocks[0].complaint_id), held, released)
        held.wait(timeout=10)
        meanwhile = sweep(NIGHT)
        released.set()
        working.result(timeout=10)

    assert (meanwhile.missed, sweep(NIGHT).missed) == (2, 1)


def test_a_database_in_trouble_is_no_complaints_fault(a_specialist: User, a_team: Team) -> None:
    clocks = complaints_with_a_clock([NIGHT] * 3, owner=a_specialist, team=a_team)
    held, released = threading.Event(), threading.Event()

    with ThreadPoolExecutor(1) as pool, connection.cursor() as cursor:
        working = pool.submit(holding, Clock.objects.filter(pk=clocks[1].pk), held, released)
        held.wait(timeout=10)
        cursor.execute("SET lock_timeout = '100ms'")
        with pytest.raises(OperationalError):
            sweep(NIGHT)
        cursor.execute("SET lock_timeout = 0")
        released.set()
        working.result(timeout=10)

    assert not Escalation.objects.exists()
    assert sweep(NIGHT) == Swept(complaints=3, missed=3)
