"""Beat goes on saying "look now" whatever somebody does to its machine's clock."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from config.beat import SteadyScheduler
from config.celery import app

HOUR = timedelta(hours=1)


class Listening(SteadyScheduler):
    """Writes down what would have gone to the broker."""

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        self.heard = getattr(self, "heard", Counter()) + Counter([entry.name])

    producer = None


@pytest.fixture
def beat(tmp_path: Path) -> Listening:
    return Listening(app, schedule_filename=str(tmp_path / "schedule"))


def listen(beat: Listening, *, seconds: float) -> Counter[str]:
    """Let it beat this long, as Celery's loop does, and return what it said."""
    beat.heard, end = Counter(), monotonic() + seconds
    while monotonic() < end:
        sleep(min(beat.tick(), 0.05))
    return beat.heard


def test_everything_is_said_at_the_start(beat: Listening) -> None:
    assert listen(beat, seconds=0.05).keys() == app.conf.beat_schedule.keys()


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_set_an_hour_off_does_not_silence_it(beat: Listening, hours: int) -> None:
    listen(beat, seconds=0.05)

    with time_machine.travel(timezone.now() + hours * HOUR, tick=True):
        heard = listen(beat, seconds=0.7)

    assert heard["sweep"] in (2, 3)


def test_it_says_when_it_wants_to_be_asked_again(beat: Listening) -> None:
    assert 0 <= beat.tick() <= 0.25
    assert beat.tick() <= 0.25


def test_a_worker_an_hour_fast_still_hears_what_beat_says() -> None:
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] > HOUR.total_seconds()


def test_a_broker_that_is_away_is_asked_again_within_a_second_and_without_end() -> None:
    waits: list[float] = []

    class Enough(Exception):
        pass

    def again(_: Exception, wait: float) -> None:
        waits.append(wait)
        if len(waits) == 8:
            raise Enough

    # Nobody listens at port 1. The connection is made as a worker makes its own.
    with app.connection_for_read("redis://127.0.0.1:1/0") as connection, pytest.raises(Enough):
        connection.ensure_connection(again, app.conf.broker_connection_max_retries)

    assert max(waits) <= 1.0
