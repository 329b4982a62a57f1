"""A book of open imported complaints: a file as it comes from the US database, through the importer itself."""

from __future__ import annotations

import csv
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import connection

from benchmarks._house import Complaint
from complaints.importing.load import Importer
from complaints.importing.rejects import RejectFile

# Complaints of the last four months: many days, many companies, as a house has them that works on its book.
DAYS, COMPANIES, PRODUCTS = 120, 550, 16
HEADER = (
    "Date received", "Product", "Issue", "Company", "State", "Submitted via", "Date sent to company",
    "Company response to consumer", "Timely response?", "Consumer complaint narrative", "Complaint ID",
)  # fmt: skip


def open_book(cases: int, *, now: datetime) -> int:
    """Import as many open complaints as are missing; return how many there are."""
    there = Complaint.objects.filter(has_ended=False).count()
    if there < cases:
        with tempfile.TemporaryDirectory() as folder:
            path = _file(Path(folder) / "open.csv", range(there, cases), today=now.date())
            rejects = RejectFile(Path(folder) / "rejects.csv")
            tally = Importer(path, respondent=None, rejects=rejects, dry_run=False, at=now).run(watch=lambda *_: None)
        if tally.imported != cases - there:
            raise SystemExit(f"{tally.imported} of {cases - there} complaints were imported.")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return Complaint.objects.filter(has_ended=False).count()


def _file(path: Path, numbers: range, *, today: date) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for number in numbers:
            sent = today - timedelta(days=number % DAYS)
            received = sent - timedelta(days=number % 3)
            words = "They held my money.\nNobody answered. " * 20 if number % 3 == 0 else ""
            writer.writerow(
                [received, f"Product {number % PRODUCTS}", f"Issue {number % 90}", f"Company {number % COMPANIES}", "CA",
                 "Web", sent, "In progress", "Yes", words, f"open-{number}"]
            )  # fmt: skip
    return path
