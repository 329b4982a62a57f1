"""What a row of the queue shows, read in one statement: the complaint, its people, and its open clocks."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from complaints.models import Clock, Complaint
from regulations.models import ClockStatus

# What a chip and its place among the others are worked out from (complaints/chips.py, complaints/casefile.py).
OF_A_CLOCK = ("id", "obligation", "kind", "title", "enforced", "trigger_on", "ends_at", "settled_at", "status")
READ: dict[str, Any] = {field.name: field for field in Clock._meta.concrete_fields if field.name in OF_A_CLOCK}
# Keys as a question of their own, asked within the one for the rows.
Keys = QuerySet[Complaint, Any] | RawSQL
# Kilobytes that no row shows.
HEAVY = ("narrative", "facts", "complaint_class", "story_digest")


def as_rows(keys: Keys) -> QuerySet[Complaint]:
    """Return these complaints with their people, unordered; `clocks_of` gives the open clocks that came with each."""
    rows = Complaint.objects.filter(pk__in=keys).select_related("respondent", "complainant", "owner")
    return rows.defer(*HEAVY).annotate(open_clocks=ArraySubquery(_open_clocks()))


def whole_rows(keys: Keys) -> QuerySet[Complaint]:
    """Return these complaints with all that the API says of each; their open clocks as `clocks`, in a second statement."""
    rows = Complaint.objects.filter(pk__in=keys).select_related("respondent", "complainant", "owner", "category")
    return rows.defer(*HEAVY).prefetch_related(Prefetch("clocks", open_clocks()))


def open_clocks() -> QuerySet[Clock]:
    """Return the clocks that are still to be kept, or were not kept yet, soonest first."""
    still_open = Q(status=ClockStatus.RUNNING) | Q(status=ClockStatus.MISSED, settled_at__isnull=True)
    return Clock.objects.filter(still_open, kind="D", ends_at__isnull=False).order_by("ends_at", "id")


def _open_clocks() -> QuerySet[Clock, Any]:
    told = JSONObject(**{name: F(name) for name in OF_A_CLOCK})
    return open_clocks().filter(complaint=OuterRef("pk")).values(told=told)


def clocks_of(row: Any) -> list[Clock]:
    """Return the open clocks of a row, soonest first, without asking again."""
    return [
        Clock(complaint=row, **{name: READ[name].to_python(told[name]) for name in OF_A_CLOCK})
        for told in row.open_clocks
    ]
