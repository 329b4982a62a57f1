"""Every list in the database: each order and filter, its first page and one ten thousand rows down, in turn."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import Client

from benchmarks._house import Figures, spread, timed
from complaints import queues
from complaints.queues import ORDERS, Cursor, Filters
from users.models import User

ROUNDS = 5
# How many rows down a deep page lies, at most.
DEEP = 10_000


@contextmanager
def counted() -> Iterator[list[float]]:
    """Give a list of the milliseconds of each statement that is asked meanwhile."""
    took: list[float] = []

    def ask(execute: Callable[..., object], *given: object) -> object:
        with timed(took):
            return execute(*given)

    with connection.execute_wrapper(ask):
        yield took


def lists(user: User, name: str) -> Figures:
    """Return what the database takes for all statements of a page, over every order and filter, and deep against first."""
    client = Client()
    client.force_login(user)
    asked = {
        "none": {}, "mine": {"view": "mine"}, "team": {"view": "team"}, "unassigned": {"view": "unassigned"},
        "state": {"state": "investigating"}, "withdrawn": {"state": "withdrawn"}, "finished": {"state": "finished"},
        "large_entity": {"respondent": "bench-gb"}, "small_entity": {"respondent": "bench-sg"}, "owner": {"owner": str(user.pk)},
    }  # fmt: skip
    every: dict[str, tuple[float, float]] = {}
    took = list[float]()
    for sort in ORDERS:
        for what, filters in asked.items():
            first = Filters.of({**filters, "sort": sort})
            firsts, deeps = _in_turn(client, f"/complaints/?{first.query()}", f"/complaints/?{_deep(user, first)}")
            every[f"{what} by {sort}"] = statistics.median(firsts), statistics.median(deeps)
            took += firsts + deeps
    slowest = sorted(every, key=lambda one: max(every[one]), reverse=True)
    ratios = {one: deep / first for one, (first, deep) in every.items()}
    steepest = max(ratios, key=lambda one: ratios[one])
    return {
        f"{name}_lists": len(every), **spread(f"{name}_sql", took),
        f"{name}_deep_to_first_median": round(statistics.median(ratios.values()), 2),
        f"{name}_deep_to_first_most": round(ratios[steepest], 2), f"{name}_steepest": steepest,
        f"{name}_slowest": {one: [round(ms, 2) for ms in every[one]] for one in slowest[:5]},
    }  # fmt: skip


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


def _in_turn(client: Client, *addresses: str) -> tuple[list[float], ...]:
    """Return the milliseconds the database takes for each of these pages, asked for in turn."""
    took: tuple[list[float], ...] = tuple([] for _ in addresses)
    for address in addresses:
        client.get(address)
    for _ in range(ROUNDS):
        for address, into in zip(addresses, took, strict=True):
            with counted() as asked:
                client.get(address)
            into.append(sum(asked))
    return took
