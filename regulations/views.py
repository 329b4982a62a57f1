"""The law as people read it: every rule with its source, every calendar with its named days."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from regulations.calendars.generate import FIRST_YEAR
from regulations.models import CalendarVersion, RuleVersion
from regulations.reading import demands, year_of


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List the newest version of every rule."""
    newest: dict[str, RuleVersion] = {}
    for row in RuleVersion.objects.order_by("rule", "version"):
        newest[row.rule] = row
    return render(request, "regulations/rules.html", {"rules": list(newest.values())})


@require_safe
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """Show one rule: what it demands, on which words, and its versions."""
    versions = list(RuleVersion.objects.filter(rule=key))
    if not versions:
        raise Http404
    context = {"rule": versions[0], "versions": versions, "demands": demands(versions[0].definition)}
    return render(request, "regulations/rule.html", context)


@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    """List the newest version of every calendar."""
    newest = {row.key: row for row in CalendarVersion.objects.order_by("key", "version")}
    return render(request, "regulations/calendars.html", {"calendars": list(newest.values())})


@require_safe
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """Show one year of a calendar."""
    found = CalendarVersion.objects.filter(key=key).first()
    if found is None:
        raise Http404
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() else timezone.now().year
    if not FIRST_YEAR <= year <= found.known_until.year:
        raise Http404
    context = {
        "calendar": found, "year": year, "months": year_of(year, weekend=found.weekend, closed=found.closed),
        "before": year - 1 if year > FIRST_YEAR else None, "after": year + 1 if year < found.known_until.year else None,
        "named": [(day, name) for day, name in sorted(found.closed.items()) if day.startswith(str(year))],
    }  # fmt: skip
    return render(request, "regulations/calendar.html", context)
