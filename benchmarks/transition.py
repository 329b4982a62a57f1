"""P2: one transition with its permission, lock, guards, clocks and chained story, in the database and over HTTP."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks._house import Figures, a_specialist, complaints, spread, tell, timed
from complaints.services import case

ROUNDS = 200


def main() -> Figures:
    """Triage by the service, then start the investigation by its page."""
    actor, now = a_specialist(), timezone.now()
    made = complaints(ROUNDS + 1, actor=actor, at=now - timedelta(hours=1))
    service: list[float] = []
    page: list[float] = []
    with CaptureQueriesContext(connection) as asked:
        case.triage(made[0].pk, category=made[0].category, actor=actor, at=now)
    statements = len(asked)
    for complaint in made[1:]:
        with timed(service):
            case.triage(complaint.pk, category=complaint.category, actor=actor, at=now)
    client = Client()
    client.force_login(actor)
    for complaint in made[1:]:
        address = reverse("complaints:step", args=[complaint.reference, "start_investigation"])
        with timed(page):
            answer = client.post(address, {"version": complaint.version + 1})
        if answer.status_code != 302:
            raise SystemExit(f"The step was refused: {answer.status_code}.")
    return {
        "rounds": ROUNDS, **spread("service", service), **spread("page", page), "statements": statements,
        "goal": "service p95 15 ms, page p95 50 ms, 10 statements",
    }  # fmt: skip


if __name__ == "__main__":
    tell(main)
