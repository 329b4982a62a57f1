"""Real workers and two beats, while clocks fall due: kill, flush, and count what came of each clock."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from complaints.models import Clock, Entry, Kind
from complaints.services.story import first_broken_link
from correspondence.models import OutboundMail
from escalations.models import Escalation, Notice
from regulations.models import ClockStatus
from tests.escalations.builders import complaints_with_a_clock
from users.models import Team, User

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
CLOCKS = 400
FIRST_AFTER, SPREAD = timedelta(seconds=6), timedelta(seconds=10)
PATIENCE = 45.0


class House:
    """The processes of one test, each killed before the test ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []
        self.log = (folder / "celery.log").open("ab")
        self.broker_url = urlunsplit(urlsplit(settings.REDIS_URL)._replace(path="/5"))
        self.broker = redis.Redis.from_url(self.broker_url)
        self.environment = os.environ | {
            "DATABASE_URL": database_url(), "REDIS_URL": self.broker_url, "REDRESS_MODE": "local",
            "REDRESS_VAR": str(folder),
        }  # fmt: skip

    def worker(self, name: str) -> subprocess.Popen[bytes]:
        return self._start("worker", "-c", "1", "-n", f"{name}@chaos", "--without-mingle", "--without-gossip")

    def beat(self, name: str) -> subprocess.Popen[bytes]:
        return self._start("beat", "--pidfile=", "-s", str(self.folder / f"beat-{name}"))

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", *arguments, "-l", "WARNING"],
            cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL the process and its pool children: nobody gets to say goodbye."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        self.running.remove(process)

    def flush(self) -> None:
        # This broker's own database: the server may be shared with other work on this machine.
        self.broker.flushdb()

    def end(self) -> None:
        for process in list(self.running):
            self.kill(process)
        self.flush()
        self.broker.close()
        self.log.close()


@pytest.fixture
def house(tmp_path: Path, transactional_db: None) -> Iterator[House]:
    house = House(tmp_path)
    house.flush()
    yield house
    house.end()


def database_url() -> str:
    """Return the address of the test's own database."""
    given = connection.settings_dict
    who = quote(given["USER"]) + (f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else "")
    host, query = (
        ("", "?" + urlencode({"host": given["HOST"]})) if given["HOST"].startswith("/") else (given["HOST"], "")
    )
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgres://{who}@{host}{port}/{given['NAME']}{query}"


def until(met: Callable[[], bool], *, what: str) -> None:
    """Look again and again until it is so; say what was waited for when it never is."""
    deadline = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < deadline, f"{what} did not happen within {PATIENCE:.0f} s"
        time.sleep(0.05)


def missed_is_at_least(number: int) -> Callable[[], bool]:
    def met() -> bool:
        early = Clock.objects.filter(status=ClockStatus.MISSED, ends_at__gt=timezone.now())
        assert not early.exists(), "a clock was missed before its time"
        return Clock.objects.filter(status=ClockStatus.MISSED).count() >= number

    return met


def test_each_due_clock_has_one_outcome_whatever_is_killed_flushed_or_doubled(
    house: House, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    start: datetime = timezone.now() + FIRST_AFTER
    ends = [start + SPREAD * (number / CLOCKS) for number in range(CLOCKS)]
    complaints_with_a_clock(ends, owner=a_specialist, team=a_team)
    first, second = house.worker("first"), house.worker("second")
    house.beat("one"), house.beat("two")

    until(missed_is_at_least(1), what="The first sweep")
    house.kill(first)
    house.flush()
    house.worker("third")
    until(missed_is_at_least(CLOCKS // 3), what="A third of the sweeps")
    house.kill(second)
    until(missed_is_at_least(2 * CLOCKS // 3), what="Two thirds of the sweeps")
    house.flush()
    until(missed_is_at_least(CLOCKS), what="The last sweep")

    entries = Entry.objects.filter(kind=Kind.CLOCK_MISSED)
    assert set(Counter(entries.values_list("complaint", flat=True)).values()) == {1}
    assert entries.count() == CLOCKS
    assert all(entry.recorded_at.isoformat() >= str(entry.data["ends_at"]) for entry in entries)
    assert set(Counter(Escalation.objects.values_list("clock", flat=True)).values()) == {1}
    assert Escalation.objects.count() == CLOCKS
    assert Entry.objects.filter(kind=Kind.ESCALATED).count() == CLOCKS
    assert OutboundMail.objects.filter(message_id__startswith="clock-").count() == CLOCKS
    assert Notice.objects.count() == 2 * CLOCKS
    stories = Entry.objects.order_by("complaint", "seq")
    by_complaint: dict[int, list[Entry]] = {}
    for entry in stories:
        by_complaint.setdefault(entry.complaint_id, []).append(entry)
    assert {first_broken_link(story) for story in by_complaint.values()} == {None}
