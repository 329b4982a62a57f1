"""P9: complaints imported per second through the full path, and whether memory stays flat at ten times the rows."""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks._house import Figures, tell
from complaints.models import Complaint

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "data" / "cfpb" / "complaints.csv"
TIMES = 10


def main(given: Path | None = None) -> Figures:
    """Import a file, import it again, and import it ten times as long with new ids."""
    with tempfile.TemporaryDirectory() as folder:
        source = given or (REAL if REAL.exists() else a_file(Path(folder) / "made.csv", rows=12_500))
        once = run(source)
        again = run(source)
        longer = run(repeated(source, Path(folder) / "longer.csv"))
    return {
        "file": source.name,
        **{f"{name}_{key}": value for name, figures in (("once", once), ("longer", longer)) for key, value in figures.items()},
        "second_run_imported": again["imported"],
        "memory_ratio": round(longer["peak_mb"] / once["peak_mb"], 2),
        "complaints_in_all": Complaint.objects.count(),
        "goal": "3000 a second, flat memory",
    }  # fmt: skip


def run(path: Path) -> Figures:
    """Import in a process of its own, whose memory and processor time are its own too."""
    command = [sys.executable, "manage.py", "import_complaints", str(path), "--source", "cfpb", "--json"]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert child.stdout is not None
    last = child.stdout.read().strip().splitlines()[-1]
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    told = json.loads(last)
    return {
        "rows": told["rows"], "imported": told["imported"], "rejected": told["rejected"], "seconds": told["seconds"],
        "per_second": round(told["rows"] / told["seconds"]), "peak_mb": round(used.ru_maxrss / 1024, 1),
        "processor_seconds": round(used.ru_utime + used.ru_stime, 2),
    }  # fmt: skip


def repeated(source: Path, path: Path) -> Path:
    """Write the rows of the source ten times, each time with ids of their own."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        for time in range(TIMES):
            with source.open(encoding="utf-8-sig", newline="") as file:
                rows = csv.reader(file)
                header = next(rows)
                if not time:
                    writer.writerow(header)
                place = header.index("Complaint ID")
                for row in rows:
                    row[place] = f"{time + 1}-{row[place]}"
                    writer.writerow(row)
    return path


def a_file(path: Path, *, rows: int) -> Path:
    """Write rows like real ones, for a machine without the real file."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(
            ["Date received", "Product", "Issue", "Company", "State", "Submitted via", "Date sent to company",
             "Company response to consumer", "Timely response?", "Consumer complaint narrative", "Complaint ID"]
        )  # fmt: skip
        for number in range(rows):
            year, month, day = 2013 + number % 13, number % 12 + 1, number % 27 + 1
            received, sent = f"{year}-{month:02d}-{day:02d}", f"{year}-{month:02d}-{day + 1:02d}"
            words = "They held my money.\nNobody answered. " * 20 if number % 10 == 0 else ""
            company = f"Company {number % 550}"
            writer.writerow(
                [received, f"Product {number % 16}", f"Issue {number % 90}", company, "CA", "Web", sent,
                 "Closed with explanation", "No" if number % 35 == 0 else "Yes", words, number]
            )  # fmt: skip
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="a CSV of the US Consumer Complaint Database")
    asked = parser.parse_args()
    tell(lambda: main(asked.file))
