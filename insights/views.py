"""Pages that read across the house."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from insights import charts, reports
from users.requests import StaffRequest


@require_safe
def overview(request: StaffRequest) -> HttpResponse:
    """Show what is complained about, what came of it and why, and whether the limits were kept."""
    user, decided = request.user, reports.decided(request.user)
    months = reports.timeliness(user, now=timezone.now())
    context = {
        "products": charts.bars(reports.by_product(user)),
        "outcomes": charts.bars(decided.outcomes),
        "causes": charts.bars(decided.causes),
        "months": months,
        "columns": charts.columns(months),
        "met": sum(month.met for month in months),
        "missed": sum(month.missed for month in months),
    }
    return render(request, "insights/overview.html", context)


@require_safe
def cases(request: StaffRequest) -> HttpResponse:
    """List the cases behind a mark."""
    asked, before = reports.Asked.of(request.GET), request.GET.get("before", "")
    found = reports.cases(request.user, asked, before=int(before) if before.isdecimal() and len(before) < 19 else 0)
    shown = found[: reports.PAGE]
    more = shown[-1].pk if len(found) > reports.PAGE else 0
    return render(request, "insights/cases.html", {"asked": asked, "complaints": shown, "more": more})
