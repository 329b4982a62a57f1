"""The burst of `./redress bench timers`, small: what the benchmark makes and counts is what the house has today."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from benchmarks._burst import a_burst, clear, midnight
from benchmarks._ceiling import write_plainly
from benchmarks._proof import wrong
from complaints.models import Complaint
from escalations.sweep import sweep

pytestmark = pytest.mark.django_db(transaction=True)
CLOCKS = 60


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    clear()


def test_a_burst_is_drained_without_a_mistake() -> None:
    at = midnight(timezone.now())
    a_burst(CLOCKS, at=at)

    sweep(timezone.now(), batch=25)

    assert set(wrong(CLOCKS, at=at).values()) == {0}


def test_a_burst_that_was_not_drained_is_called_lost() -> None:
    at = midnight(timezone.now())
    a_burst(CLOCKS, at=at)

    assert wrong(CLOCKS, at=at)["lost"] == CLOCKS


def test_the_ceiling_writes_what_a_sweep_writes() -> None:
    at = midnight(timezone.now())
    a_burst(CLOCKS, at=at)

    write_plainly(0, CLOCKS, batch=25)

    mistakes = wrong(CLOCKS, at=at)
    assert mistakes.pop("broken_links"), "a ceiling thinks about nothing"
    assert set(mistakes.values()) == {0}
    assert not Complaint.objects.exclude(next_check_at=None).exists()
