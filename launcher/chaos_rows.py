"""The database's side of `./redress chaos`: makes timers and judges the ledger. Reads and answers JSON, line by line.

Run with .venv's Python by launcher/chaos_house.py; the launcher itself has no database driver.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import InterfaceError, OperationalError, connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

from complaints.models import Category, Channel, Clock, Complainant, Complaint, Entry, Respondent, State  # noqa: E402
from complaints.services.story import first_broken_link  # noqa: E402
from launcher.chaos_ledger import EXPECTED, IDLE, JUDGE, PLANTED, RECOVERY, watch  # noqa: E402
from users.models import Role, Team, User  # noqa: E402

DAY = timedelta(days=1)
GRACE = 5.0  # seconds after a fault in which lag is still its doing: what recovery is allowed to take
EMPTIED = "complaints_complaint, users_user, users_team, correspondence_outboundmail, chaos_ledger, chaos_timer"


def make(*, seed: int, timers: int, seconds: float, first_after: float, planted: str) -> dict[str, object]:
    """Write timers that fall due within these seconds: half of them at four instants, as at midnight."""
    chance = random.Random(seed)
    with connection.cursor() as cursor:
        cursor.execute(watch())
        cursor.execute(f"TRUNCATE {EMPTIED} CASCADE")
    start = timezone.now() + timedelta(seconds=first_after)
    instants = [chance.uniform(0, seconds) for _ in range(4)]
    after = [chance.choice(instants) if number % 2 else chance.uniform(0, seconds) for number in range(timers)]
    with transaction.atomic():
        write_timers([start + timedelta(seconds=round(moment, 3)) for moment in after])
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO chaos_timer SELECT complaint_id, id, ends_at FROM complaints_clock")
            if PLANTED[planted]:
                cursor.execute(PLANTED[planted])
    return {"start": start.isoformat()}


def write_timers(moments: list[datetime]) -> None:
    """Write a complaint with one limit for each of these moments; the reference has the place in the list."""
    team = Team.objects.create(name="Chaos", centre="Dublin")
    lead = User.objects.create(email="lead@larkspur.example", name="Tom Okafor", role=Role.LEAD, team=team)
    owner = User.objects.create(email="owner@larkspur.example", name="Maeve Kelly", team=team, reports_to=lead)
    respondent, _ = Respondent.objects.get_or_create(
        key="chaos", defaults={"name": "Larkspur Payments Ltd", "jurisdiction": "GB", "zone": "Europe/London"}
    )
    category, _ = Category.objects.get_or_create(product="Payouts", issue="Held or delayed")
    complainant = Complainant.objects.create(name="Ana Brennan")
    complaints = Complaint.objects.bulk_create(
        Complaint(
            reference=f"X-{number}", subject="Payout held", channel=Channel.EMAIL, state=State.INVESTIGATING,
            respondent=respondent, complainant=complainant, category=category, owner=owner, team=team,
            received_at=moment - 15 * DAY, registered_at=moment - 15 * DAY, state_since=moment - 15 * DAY,
            last_event_at=moment - 15 * DAY, next_due_at=moment, next_check_at=moment,
        )
        for number, moment in enumerate(moments)
    )  # fmt: skip
    Clock.objects.bulk_create(
        Clock(
            complaint=complaint, rule="uk-disp-payments", rule_version=1, obligation="final_response", kind="D",
            title="Final response", citation="DISP 1.6.2AR", enforced=True, trigger_on=(moment - 15 * DAY).date(),
            due_on=moment.date(), ends_at=moment, at_risk_at=moment - DAY, warned_at=moment - DAY, check_at=moment,
        )
        for complaint, moment in zip(complaints, moments, strict=True)
    )  # fmt: skip


def overseer() -> dict[str, object]:
    """Return a token and a session of an auditor, for whoever reads what the house says of itself."""
    user = User.objects.create(email="ada@larkspur.example", name="Ada Byrne", role=Role.AUDITOR)
    browser = Client()
    browser.force_login(user)
    return {
        "token": Token.objects.create(user=user).key,
        "cookie": f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}",
    }


def progress() -> dict[str, object]:
    """Return how many timers have had an outcome."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT complaint_id) FROM chaos_ledger WHERE what = 'missed'")
        return {"done": cursor.fetchone()[0]}


def terminate() -> dict[str, object]:
    """End every other connection's backend."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return {"ended": cursor.fetchone()[0]}


def judge(*, faults: list[list[str]], spans: list[list[str]] | None = None) -> dict[str, object]:
    """Return what the ledger says: lost, duplicate, early, the lags, and how soon after each fault work went on."""
    expected = json.dumps([{"what": what, "expected": number} for what, number in EXPECTED.items()])
    with connection.cursor() as cursor:
        cursor.execute(JUDGE, {"expected": expected})
        timers, lost, duplicate, early, lags, strange = cursor.fetchone()
        recovery: dict[str, float] = {}
        for kind, moment in faults:
            cursor.execute(RECOVERY, {"over": moment, "grace": GRACE})
            if (seconds := cursor.fetchone()[0]) is not None:
                recovery[kind] = max(recovery.get(kind, 0), round(float(seconds), 2))
        begun, over = ([span[place] for span in spans or []] for place in (0, 1))
        cursor.execute(IDLE, {"begun": begun, "over": over, "grace": GRACE})
        idle, quiet = cursor.fetchone()
    p50, p99, most = [_ms(lag) if lag else None for lag in lags or (None,) * 3]
    told = {"timers": timers, "lost": lost, "duplicate": duplicate + strange, "early": early}
    stories = groupby(Entry.objects.order_by("complaint", "seq"), key=lambda entry: entry.complaint_id)
    broken = sum(first_broken_link(story) is not None for _, story in stories)
    return {
        **told,
        "broken_stories": broken,
        "lag_p50_ms": p50,
        "lag_p99_ms": p99,
        "lag_max_ms": most,
        "idle_timers": quiet,
        "idle_lag_p50_ms": _ms(idle[0]) if idle else None,
        "idle_lag_p99_ms": _ms(idle[1]) if idle else None,
        "recovery_s": recovery,
    }


def _ms(lag: timedelta) -> int:
    return round(lag.total_seconds() * 1000)


COMMANDS: dict[str, Callable[..., dict[str, object]]] = {
    "make": make,
    "overseer": overseer,
    "progress": progress,
    "terminate": terminate,
    "judge": judge,
}


def main() -> None:
    """Answer each line; a database that is away is an answer as well."""
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        command = COMMANDS[asked.pop("do")]
        try:
            answer = command(**asked)
        except (OperationalError, InterfaceError) as error:
            connection.close()
            answer = {"away": str(error).strip()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
