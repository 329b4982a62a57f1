"""Files as they come from the US Consumer Complaint Database, for the tests of the import."""

from __future__ import annotations

import csv
import io
import json
from io import StringIO
from pathlib import Path

from django.core.management import call_command

HEADER = [
    "Date received", "Product", "Sub-product", "Issue", "Sub-issue", "Consumer complaint narrative",
    "Company public response", "Company", "State", "ZIP code", "Tags", "Consumer consent provided?", "Submitted via",
    "Date sent to company", "Company response to consumer", "Timely response?", "Consumer disputed?", "Complaint ID",
]  # fmt: skip
# The API's names, and those of the file of 2012, which knew neither narratives nor consent.
API_NAMES = [
    "date_received", "product", "sub_product", "issue", "sub_issue", "complaint_what_happened",
    "company_public_response", "company", "state", "zip_code", "tags", "consumer_consent_provided", "submitted_via",
    "date_sent_to_company", "company_response", "timely", "consumer_disputed", "complaint_id",
]  # fmt: skip
OLDER = [
    "Complaint ID", "Product", "Subproduct", "Issue", "State", "ZIP code", "Submitted via", "Date received",
    "Date sent to company", "Company", "Company response", "Timely response?", "Consumer disputed?",
]  # fmt: skip
USUAL = {
    "Date received": "2024-03-01", "Product": "Debt collection", "Sub-product": "Other debt",
    "Issue": "Attempts to collect debt not owed", "Sub-issue": "Debt is not yours",
    "Consumer complaint narrative": "They call me every day.", "Company": "ACME COLLECTIONS", "State": "TX",
    "ZIP code": "750XX", "Submitted via": "Web", "Date sent to company": "2024-03-04",
    "Company response to consumer": "Closed with explanation", "Timely response?": "Yes",
    "Consumer disputed?": "N/A", "Complaint ID": "1",
}  # fmt: skip


def a_row(**given: str) -> list[str]:
    """Return the cells of a row; names are those of the header in small letters with underscores."""
    told = {key.lower().replace(" ", "_").replace("-", "_").rstrip("?"): value for key, value in USUAL.items()}
    told |= given
    return [told.get(name.lower().replace(" ", "_").replace("-", "_").rstrip("?"), "") for name in HEADER]


def a_line(cells: list[str]) -> str:
    """Return cells as one record of the file."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()


def a_file(folder: Path, *lines: str | list[str], header: list[str] = HEADER, encoding: str = "utf-8") -> Path:
    """Write a file with this header and these rows, each given as cells or as it stands."""
    path = folder / "complaints.csv"
    whole = [a_line(header), *(a_line(one) if isinstance(one, list) else one for one in lines)]
    path.write_bytes("".join(whole).encode(encoding))
    return path


def imported(path: Path, *options: str) -> dict[str, float]:
    """Import the file and return the figures it ends with."""
    figures: dict[str, float] = json.loads(said(path, "--json", *options)[-1])
    assert figures["rows"] == figures["imported"] + figures["duplicates"] + figures["rejected"]
    return figures


def said(path: Path, *options: str) -> list[str]:
    """Import the file and return the lines it said."""
    out = StringIO()
    call_command("import_complaints", str(path), "--source", "cfpb", *options, stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()
