"""P3, P4, P6 and P7: queue by order and filter, deep pages, search and case in a book of many cases (--cases)."""

from __future__ import annotations

import argparse
import gzip
import re
import statistics
import time
from collections.abc import Callable, Iterator
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
from complaints import policy, queues
from complaints.queues import ORDERS, Cursor, Filters
from users.models import User

ROUNDS, CASES = 40, 100_000
# How many rows down a deep page lies, at most.
DEEP = 10_000
BARE = "/complaints/density"
GOAL = "list 4, case 8 statements; SQL p95 5 ms (lists), 50 ms (search); HTTP p95 60 ms; deep/first 1.5; 100 kB and 6 requests cold"


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
    for name, address in pages(user, now=start()).items():
        figures |= measured(client, address, name, bare)
    figures |= spread("bare_view", bare) | lookup()
    page = gzip.decompress(client.get("/complaints/?view=all").content).decode()
    figures["static_kb"], figures["requests"] = weight(page)
    figures["cold_kb"] = round(figures["static_kb"] + figures["queue_kb"], 1)
    admin = User.objects.create(email="bench-admin@redress.example", name="Bench Admin", role="admin")
    return {**figures, **lists(user, "mine_and_team"), **lists(admin, "everything"), "goal": GOAL}


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


@contextmanager
def counted() -> Iterator[list[float]]:
    """Give a list of the milliseconds of each statement that is asked meanwhile."""
    took: list[float] = []

    def ask(execute: Callable[..., object], *given: object) -> object:
        with timed(took):
            return execute(*given)

    with connection.execute_wrapper(ask):
        yield took


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


def lists(user: User, name: str) -> Figures:
    """Return, over every order and filter, the slowest first and deep page in the database, and deep against first."""
    client = Client()
    client.force_login(user)
    asked = {
        "none": {}, "mine": {"view": "mine"}, "team": {"view": "team"}, "unassigned": {"view": "unassigned"},
        "state": {"state": "investigating"}, "withdrawn": {"state": "withdrawn"}, "finished": {"state": "finished"},
        "large_entity": {"respondent": "bench-gb"}, "small_entity": {"respondent": "bench-sg"}, "owner": {"owner": str(user.pk)},
    }  # fmt: skip
    every: dict[str, list[float]] = {}
    for sort in ORDERS:
        for what, filters in asked.items():
            first = Filters.of({**filters, "sort": sort})
            every[f"{what} by {sort}"] = [
                _sql(client, f"/complaints/?{one}") for one in (first.query(), _deep(user, first))
            ]
    slowest = sorted(every, key=lambda one: max(every[one]), reverse=True)
    return {
        f"{name}_lists": len(every),
        f"{name}_first_ms_median": round(statistics.median(first for first, _ in every.values()), 2),
        f"{name}_deep_to_first_median": round(statistics.median(deep / first for first, deep in every.values()), 2),
        f"{name}_deep_to_first_most": round(max(deep / first for first, deep in every.values()), 2),
        f"{name}_slowest": {one: [round(ms, 2) for ms in every[one]] for one in slowest[:8]},
    }


def _deep(user: User, filters: Filters) -> str:
    """Return the query of a page ten thousand rows down, or half-way where there are fewer."""
    order, found = filters.order, queues.queue(user, filters)
    sign = "-" if order.descending else ""
    valued = found.filter(**{f"{order.column}__isnull": False})
    found = valued if valued.exists() else found
    among = found.order_by(f"{sign}{order.column}", f"{sign}pk")
    many = len(among.values_list("pk")[:DEEP])
    if not many:
        return filters.query()
    row = among[many // 2] if many < DEEP else among[DEEP - 1]
    return filters.query(after=Cursor.at_row(row, order))


def _sql(client: Client, address: str) -> float:
    """Return the median milliseconds the database takes for a page."""
    client.get(address)
    sql: list[float] = []
    for _ in range(7):
        with counted() as asked:
            client.get(address)
        sql.append(sum(asked))
    return statistics.median(sql)


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
