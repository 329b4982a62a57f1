"""The points of a complaint."""

from __future__ import annotations

from django.db.models import Max

from complaints.models import Complaint


def next_point(complaint: Complaint) -> int:
    """Return the number of the next point; letters cite points by number, so none is given twice."""
    last: int | None = complaint.findings.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
