"""What every benchmark stands on: a set-up Django, a small firm, and how figures are said."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from complaints.models import Category, Channel, Complaint, Respondent  # noqa: E402
from complaints.services.intake import NewComplainant, register  # noqa: E402
from users.models import Role, Team, User  # noqa: E402

Figures = dict[str, Any]


def a_specialist() -> User:
    """Return somebody who handles complaints, made once."""
    team, _ = Team.objects.get_or_create(name="Bench", centre="Dublin")
    found = User.objects.filter(email="bench@redress.example").first()
    return found or User.objects.create_user(
        "bench@redress.example", "a-long-bench-password", name="Bea Bench", role=Role.SPECIALIST, team=team
    )


def complaints(count: int, *, actor: User, at: datetime) -> list[Complaint]:
    """Register this many complaints the way a specialist does."""
    respondent, _ = Respondent.objects.get_or_create(
        key="bench", defaults={"name": "Bench Payments Ltd", "jurisdiction": "GB", "zone": "Europe/London"}
    )
    category, _ = Category.objects.get_or_create(
        product="Payouts", issue="Held or delayed", defaults={"complaint_class": "payment_services"}
    )
    return [
        register(
            respondent=respondent, complainant=NewComplainant(name=f"Customer {number}", email="c@customer.example"),
            category=category, subject="Payout held", narrative="It was held for nine days.", channel=Channel.EMAIL,
            received_at=at, owner=actor, actor=actor, at=at,
        )
        for number in range(count)
    ]  # fmt: skip


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Add how many milliseconds the block took."""
    began = time.perf_counter()
    yield
    into.append(1_000 * (time.perf_counter() - began))


def spread(name: str, milliseconds: list[float]) -> Figures:
    """Return median and 95th percentile."""
    cuts = statistics.quantiles(milliseconds, n=20)
    return {f"{name}_p50_ms": round(statistics.median(milliseconds), 2), f"{name}_p95_ms": round(cuts[18], 2)}


def tell(main: Callable[[], Figures]) -> None:
    """Print the figures as one line of JSON, with the load of the machine beside them: it is shared."""
    before = os.getloadavg()[0]
    figures = main()
    figures |= {"load_before": round(before, 2), "load_after": round(os.getloadavg()[0], 2), "cores": os.cpu_count()}
    sys.stdout.write(json.dumps(figures) + "\n")
