"""The numbers people quote."""

from __future__ import annotations

from django.db import connection


def allot(year: int, count: int = 1) -> list[str]:
    """Return this many new references, such as C-26-000123; a number given once is never given again.

    A sequence leaves gaps where a registration was rolled back, and never makes two people wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('complaint_number') FROM generate_series(1, %s)", [count])
        return [f"C-{year % 100:02d}-{number:06d}" for (number,) in cursor.fetchall()]
