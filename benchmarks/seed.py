"""The book the pages are measured on: how long many cases take to write (--cases, --real FILE), and how large they are."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from django.db import connection

from benchmarks._book import make, start
from benchmarks._house import Figures, tell

CASES = 100_000
LARGEST = """SELECT relname, round(pg_total_relation_size(oid) / 1e6) FROM pg_class
    WHERE relkind = 'r' AND relname LIKE 'complaints\\_%' ORDER BY pg_total_relation_size(oid) DESC LIMIT 5"""
INDEXES = """SELECT indexrelid::regclass::text, round(pg_relation_size(indexrelid) / 1e6) FROM pg_index
    WHERE indrelid IN ('complaints_complaint'::regclass, 'complaints_words'::regclass)"""


def main() -> Figures:
    """Write the book; its progress goes to stderr."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=CASES)
    asked.add_argument("--real", type=Path, help="A file of the US Consumer Complaint Database, for real words.")
    given, began = asked.parse_args(), time.perf_counter()
    make(given.cases, now=start(), real=given.real)
    took = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute(LARGEST)
        tables = dict(cursor.fetchall())
        cursor.execute(INDEXES)
        indexes = dict(cursor.fetchall())
    return {
        "cases": given.cases, "seconds": round(took, 1), "cases_a_second": round(given.cases / took),
        **{f"{name}_mb": int(size) for name, size in tables.items()},
        **{f"{name}_mb": int(size) for name, size in sorted(indexes.items())},
    }  # fmt: skip


if __name__ == "__main__":
    tell(main)
