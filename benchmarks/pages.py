"""P3, P4, P6 and P7: queue by order and filter, deep pages, search and case in a book of many cases (--cases)."""

from __future__ import annotations

import argparse
import gzip
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks._book import make, start
from benchmarks._house import Figures, spread, tell, timed
from benchmarks._lists import counted, lists
from benchmarks._seen import in_chromium
from benchmarks._served import at_a_steady_rate, served
from complaints import policy, queues
from complaints.queues import Cursor, Filters
from users.models import User

ROUNDS, CASES = 40, 100_000
BARE = "/complaints/density"
# What each figure may be at most; a name stands for every figure that ends with it.
GOALS = {
    "mine_and_team_sql_p95_ms": 5, "everything_sql_p95_ms": 5, "_deep_to_first_most": 1.5,
    "search_common_sql_p95_ms": 50, "search_two_sql_p95_ms": 50, "search_rare_sql_p95_ms": 50,
    "search_typo_sql_p95_ms": 50, "search_name_sql_p95_ms": 50,
    "http_queue_p95_ms": 60, "http_case_p95_ms": 60, "queue_statements": 4, "case_statements": 8,
    "cold_kb": 100, "requests": 6, "_lcp_p75_ms": 500, "_inp_ms": 50,
}  # fmt: skip


def main() -> Figures:
    """Make the book, then ask for each page as a specialist does and for the lists as an admin too, who sees all."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=CASES)
    asked.add_argument("--real", type=Path, help="A file of the US Consumer Complaint Database, for real words.")
    asked.add_argument("--there", action="store_true", help="The book is there already.")
    # Pages name their style sheets by digest, as in production.
    call_command("collectstatic", interactive=False, verbosity=0)
    given, began = asked.parse_args(), time.perf_counter()
    user = (
        User.objects.get(email="bench0@redress.example")
        if given.there
        else make(given.cases, now=start(), real=given.real)
    )
    figures: Figures = {"cases": given.cases, "made_in_s": round(time.perf_counter() - began, 1)}
    client, bare = Client(headers={"accept-encoding": "gzip"}), list[float]()
    client.force_login(user)
    addresses = pages(user, now=start())
    for name, address in addresses.items():
        figures |= measured(client, address, name, bare)
    sys.stderr.write(f"pages: {time.perf_counter() - began:.0f} s\n")
    figures |= spread("bare_view", bare) | lookup()
    page = gzip.decompress(client.get("/complaints/?view=all").content).decode()
    figures["static_kb"], figures["requests"] = weight(page)
    figures["cold_kb"] = round(figures["static_kb"] + figures["queue_kb"], 1)
    with an_admin() as admin:
        figures |= lists(user, "mine_and_team") | lists(admin, "everything")
    sys.stderr.write(f"lists: {time.perf_counter() - began:.0f} s\n")
    both, cookie = {name: addresses[name] for name in ("queue", "case")}, client.cookies["sessionid"].value
    with served() as port:
        figures |= at_a_steady_rate(port, cookie, both) | in_chromium(port, cookie, both)
    return {**figures, "short": short(figures)}


@contextmanager
def an_admin() -> Iterator[User]:
    """Give somebody who sees all, and leave the book as it was."""
    admin = User.objects.create(email="bench-admin@redress.example", name="Bench Admin", role="admin")
    try:
        yield admin
    finally:
        admin.delete()


def short(figures: Figures) -> dict[str, str]:
    """Return what is above its goal: measured, and the goal."""
    return {
        name: f"{value} of {most}"
        for goal, most in GOALS.items()
        for name, value in figures.items()
        if (name == goal or (goal.startswith("_") and name.endswith(goal))) and value > most
    }


def pages(user: User, *, now: datetime) -> dict[str, str]:
    """Return the addresses to ask for: the words of the searches are taken from the book itself."""
    seen = queues.queue(user, Filters())
    rows = list(seen.order_by("next_due_at", "pk")[:2_000])
    some = rows[len(rows) // 2]
    rare = policy.visible(user).filter(pk__gt=1).latest("pk").narrative.split()[-1]
    deep = urlencode({"view": "all", "after": Cursor.at_row(rows[-60 if len(rows) > 60 else -1])})
    return {
        "queue": "/complaints/?view=all",
        "queue_mine": "/complaints/?view=mine",
        "queue_deep": f"/complaints/?{deep}",
        "queue_finished": "/complaints/?view=all&state=finished",
        "queue_common_words": "/complaints/?view=all&q=payment",
        "case": f"/complaints/{some.reference}/",
        "case_in_list": f"/complaints/{some.reference}/?view=all",
        "glance": f"/complaints/{some.reference}/glance?view=all",
        "pulse": f"/complaints/{some.reference}/pulse?version=1",
        "search_common": "/complaints/search?q=payment",
        "search_two": "/complaints/search?q=payment+refund",
        "search_rare": f"/complaints/search?q={rare}",
        "search_typo": "/complaints/search?q=chagreback",
        "search_name": "/complaints/search?q=delroy",
        "search_reference": f"/complaints/search?q={some.reference[5:-1]}",
        "search_nothing": "/complaints/search?q=qqqzzzqqq",
    }


def measured(client: Client, address: str, name: str, bare: list[float]) -> Figures:
    """Return statements, the database's and all milliseconds, and kilobytes of one address; the bare view in turn."""
    client.get(address)
    with counted() as statements:
        answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}.")
    took, sql = list[float](), list[float]()
    for _ in range(ROUNDS):
        with timed(bare):
            client.post(BARE)
        with timed(took), counted() as asked:
            client.get(address)
        sql.append(sum(asked))
    return {
        f"{name}_statements": len(statements), f"{name}_kb": round(len(answer.content) / 1000, 1),
        **spread(f"{name}_sql", sql), **spread(name, took),
    }  # fmt: skip


def lookup() -> Figures:
    """The ceiling of a statement: one row by its key, as pgbench -S asks."""
    took: list[float] = []
    with connection.cursor() as cursor:
        for pk in range(1, 501):
            with timed(took):
                cursor.execute("SELECT state FROM complaints_complaint WHERE id = %s", [pk])
                cursor.fetchall()
    return spread("one_row_by_key", took)


def weight(page: str) -> tuple[float, int]:
    """Return the kilobytes of what the page links, compressed as it is served, and the requests a cold visit makes."""
    linked = set(re.findall(r'(?:href|src)="/static/([^"?]+)"', page))
    # A name with a digest in it stands for the file without.
    files = [finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.)", "", name)) for name in sorted(linked)]
    size = sum(len(gzip.compress(Path(str(file)).read_bytes())) for file in files if file)
    return round(size / 1000, 1), 1 + len(linked)


if __name__ == "__main__":
    tell(main)
