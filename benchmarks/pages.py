"""P3, P4, P6 and P7: queue, deep queue, search and case in a book of many cases (--cases, 100,000 unless told)."""

from __future__ import annotations

import argparse
import re
import time
from datetime import datetime
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks._book import make, start
from benchmarks._house import Figures, spread, tell, timed
from complaints import policy, queues
from complaints.queues import Cursor, Filters
from users.models import User

ROUNDS, CASES = 40, 100_000
BARE = "/complaints/density"
GOAL = "list 4, case 8 statements; SQL p95 5 ms (lists), 50 ms (search); HTTP p95 60 ms; 100 kB and 6 requests cold"


def main() -> Figures:
    """Make the book, then ask for each page as a specialist does; the bare view is asked in turn, as the ceiling."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=CASES)
    # Pages name their style sheets by digest, as in production.
    call_command("collectstatic", interactive=False, verbosity=0)
    cases, began = asked.parse_args().cases, time.perf_counter()
    user = make(cases, now=start())
    figures: Figures = {"cases": cases, "made_in_s": round(time.perf_counter() - began, 1)}
    client = Client()
    client.force_login(user)
    addresses = pages(user, now=start())
    bare: list[float] = []
    for name, address in addresses.items():
        figures |= measured(client, address, name, bare)
    figures |= spread("bare_view", bare)
    page = client.get(addresses["queue"]).content
    figures["static_kb"], figures["requests"] = weight(page.decode())
    return {**figures, "goal": GOAL}


def pages(user: User, *, now: datetime) -> dict[str, str]:
    """Return the addresses to ask for: the words of the searches are taken from the book itself."""
    seen = queues.queue(user, Filters())
    rows = list(seen.order_by("next_due_at", "pk")[:2_000])
    some = rows[len(rows) // 2]
    rare = max(policy.visible(user).filter(pk__gt=1).latest("pk").narrative.split(), key=len)
    return {
        "queue": "/complaints/?view=all",
        "queue_mine": "/complaints/?view=mine",
        "queue_deep": f"/complaints/?view=all&after={Cursor.at_row(rows[-60 if len(rows) > 60 else -1])}".replace(
            "+", "%2B"
        ),
        "queue_finished": "/complaints/?view=all&state=finished",
        "case": f"/complaints/{some.reference}/",
        "case_in_list": f"/complaints/{some.reference}/?view=all",
        "pulse": f"/complaints/{some.reference}/pulse?version=1",
        "search_common": "/complaints/search?q=payment",
        "search_two": "/complaints/search?q=payment+refund",
        "search_rare": f"/complaints/search?q={rare}",
        "search_typo": "/complaints/search?q=chagreback",
        "search_name": "/complaints/search?q=delroy",
        "search_nothing": "/complaints/search?q=qqqzzzqqq",
    }


def measured(client: Client, address: str, name: str, bare: list[float]) -> Figures:
    """Return statements, the database's and all milliseconds, and kilobytes of one address."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}.")
    took: list[float] = []
    sql: list[float] = []
    for _ in range(ROUNDS):
        with timed(bare):
            client.post(BARE)
        with timed(took):
            client.get(address)
    for _ in range(ROUNDS // 2):
        with CaptureQueriesContext(connection) as each:
            client.get(address)
        sql.append(1_000 * sum(float(one["time"]) for one in each.captured_queries))
    return {
        f"{name}_statements": len(asked), f"{name}_kb": round(len(answer.content) / 1000, 1),
        **spread(f"{name}_sql", sql), **spread(name, took),
    }  # fmt: skip


def weight(page: str) -> tuple[float, int]:
    """Return the kilobytes of what the page links, uncompressed, and the requests a cold visit makes."""
    linked = set(re.findall(r'(?:href|src)="/static/([^"?]+)"', page))
    # A name with a digest in it stands for the file without.
    files = [finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.)", "", name)) for name in sorted(linked)]
    size = sum(Path(str(file)).stat().st_size for file in files if file)
    return round(size / 1000, 1), 1 + len(linked)


if __name__ == "__main__":
    tell(main)
