"""P6 and P7, lightly: statements and milliseconds of queue and case at 1 and 500 rows, and the weight of a cold page."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks._house import Figures, a_specialist, complaints, spread, tell, timed

ROUNDS = 40


def main() -> Figures:
    """Ask for the queue, a case and the API's list when there is one complaint, and again when there are 500."""
    actor, at = a_specialist(), timezone.now() - timedelta(hours=1)
    client = Client()
    client.force_login(actor)
    first = complaints(1, actor=actor, at=at)[0]
    addresses = {
        "queue": "/complaints/",
        "case": reverse("complaints:case", args=[first.reference]),
        "api": "/api/v1/complaints/",
    }
    figures: Figures = {}
    for rows in (1, 500):
        complaints(rows - 1, actor=actor, at=at)
        for name, address in addresses.items():
            figures |= measured(client, address, f"{name}_{rows}")
    page = client.get("/complaints/").content.decode()
    figures["page_kb"] = round(len(page) / 1000, 1)
    figures["static_kb"], figures["requests"] = weight(page)
    return {**figures, "goal": "list 4, case 8 statements, the same at 1 and 500; 100 kB and 6 requests cold"}


def measured(client: Client, address: str, name: str) -> Figures:
    """Return statements and milliseconds of one address."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    statements = len(asked)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}.")
    took: list[float] = []
    for _ in range(ROUNDS):
        with timed(took):
            client.get(address)
    return {f"{name}_statements": statements, **spread(name, took)}


def weight(page: str) -> tuple[float, int]:
    """Return the kilobytes of what the page links, uncompressed, and the requests a cold visit makes."""
    linked = set(re.findall(r'(?:href|src)="/static/([^"?]+)"', page))
    # A name with a digest in it stands for the file without.
    files = [finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.)", "", name)) for name in sorted(linked)]
    size = sum(Path(str(file)).stat().st_size for file in files if file)
    return round(size / 1000, 1), 1 + len(linked)


if __name__ == "__main__":
    tell(main)
