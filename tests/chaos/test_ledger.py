"""The chaos run's judge: it acquits an honest house and convicts each planted fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from complaints.models import Complaint
from escalations.sweep import sweep_batch
from launcher import chaos_rows
from launcher.chaos_ledger import UNPLANT, WATCHED
from launcher.chaos_plan import KINDS, faults

pytestmark = pytest.mark.django_db(transaction=True)
TIMERS = 120


@pytest.fixture(autouse=True)
def no_ledger_afterwards() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute(UNPLANT)
        for what, when, _ in WATCHED:
            cursor.execute(f"DROP TRIGGER IF EXISTS chaos_{what} ON {when.rpartition(' ')[2]}")
        cursor.execute("DROP TABLE IF EXISTS chaos_ledger, chaos_timer")


def judged(*, planted: str = "") -> dict[str, object]:
    """Make timers that are due already, sweep until none is left, and return the verdict."""
    chaos_rows.make(seed=7, timers=TIMERS, seconds=20, first_after=-30.0, planted=planted)
    while sweep_batch(timezone.now(), batch=25).complaints:
        pass
    return chaos_rows.judge(faults=[])


def test_an_honest_house_is_acquitted() -> None:
    seen = judged()

    assert {name: seen[name] for name in ("timers", "lost", "duplicate", "early", "broken_stories")} == {
        "timers": TIMERS, "lost": 0, "duplicate": 0, "early": 0, "broken_stories": 0,
    }  # fmt: skip
    assert chaos_rows.progress() == {"done": TIMERS}


def test_what_was_not_swept_is_lost() -> None:
    chaos_rows.make(seed=7, timers=TIMERS, seconds=20, first_after=-30, planted="")

    sweep_batch(timezone.now(), batch=25)

    assert chaos_rows.judge(faults=[])["lost"] == TIMERS - 25


@pytest.mark.parametrize(("planted", "verdict"), [("drop", "lost"), ("double", "duplicate")])
def test_a_planted_fault_is_found_and_called_by_its_name(planted: str, verdict: str) -> None:
    seen = judged(planted=planted)

    assert [name for name in ("lost", "duplicate", "early") if seen[name]] == [verdict]


def test_a_clock_that_is_wrong_cannot_prove_itself_right() -> None:
    # All are due a minute from now; every fortieth clock says three seconds sooner, and is believed.
    chaos_rows.make(seed=7, timers=TIMERS, seconds=1, first_after=60.0, planted="early")
    sweep_batch(timezone.now() + timedelta(seconds=59), batch=TIMERS)

    seen = chaos_rows.judge(faults=[])

    assert seen["early"]
    assert Complaint.objects.count() == TIMERS


def test_lag_by_fault_is_told_apart_from_the_houses_own() -> None:
    seconds = timedelta(seconds=1)
    start = timezone.now() - 60 * seconds
    chaos_rows.make(seed=7, timers=TIMERS, seconds=20, first_after=-60.0, planted="")
    while sweep_batch(timezone.now(), batch=25).complaints:
        pass

    everything = [[(start - seconds).isoformat(), timezone.now().isoformat()]]
    within = [[start.isoformat(), (start + 5 * seconds).isoformat()]]

    assert chaos_rows.judge(faults=[])["idle_timers"] == TIMERS
    assert chaos_rows.judge(faults=[], spans=everything)["idle_lag_p99_ms"] is None
    assert 0 < chaos_rows.judge(faults=[], spans=within)["idle_timers"] < TIMERS  # type: ignore[operator]


def test_recovery_is_the_longest_that_anything_waited_after_the_fault() -> None:
    chaos_rows.make(seed=7, timers=TIMERS, seconds=1, first_after=-30.0, planted="")
    over = timezone.now()
    while sweep_batch(timezone.now(), batch=25).complaints:
        pass
    took = (timezone.now() - over).total_seconds()

    recovery = chaos_rows.judge(faults=[["kill_worker", over.isoformat()]])["recovery_s"]

    assert 0 < recovery["kill_worker"] <= took + 0.01  # type: ignore[index]


def test_the_same_seed_makes_the_same_plan() -> None:
    assert faults(4, number=9, seconds=20) == faults(4, number=9, seconds=20)
    assert faults(4, number=9, seconds=20) != faults(5, number=9, seconds=20)


def test_a_hundred_plans_hold_every_kind_of_fault() -> None:
    there = {fault.kind for seed in range(100) for fault in faults(seed, number=6, seconds=20)}

    assert there == KINDS.keys()
