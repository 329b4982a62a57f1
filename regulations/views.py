"""The law as people read it: every rule with its source, every calendar with its named days."""

from __future__ import annotations

import json
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from regulations.calendars.generate import FIRST_YEAR
from regulations.models import CalendarVersion, RuleVersion
from regulations.reading import DAY_NAMES, calendar_name, closed_in, demands, opening_hours, place_of, titles, year_of
from regulations.studio.confirming import confirmed, spans, unconfirmed, years_of
from users.policy import ADMINS


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List the newest version of every rule, by the place whose law it is."""
    newest = {row.rule: row for row in RuleVersion.objects.order_by("rule", "version")}
    told = [(place_of(row.rule), row, titles(row.definition)) for row in newest.values()]
    told.sort(key=lambda one: one[0])
    places = [(place, list(rows)) for place, rows in groupby(told, key=lambda one: one[0])]
    return render(request, "regulations/rules.html", {"places": places})


@require_safe
def rule(request: HttpRequest, key: str) -> HttpResponse:
    """Show one rule: what it demands, on which words, and its versions."""
    versions = list(RuleVersion.objects.filter(rule=key))
    if not versions:
        raise Http404
    newest = versions[0]
    context = {
        "rule": newest, "versions": versions, "demands": demands(newest.definition), "place": place_of(key),
        "definition": json.dumps(newest.definition, indent=2, ensure_ascii=False), "may_change": _may_change(request),
    }  # fmt: skip
    return render(request, "regulations/rule.html", context)


@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    """List the newest version of every calendar."""
    newest = {row.key: row for row in CalendarVersion.objects.order_by("key", "version")}
    years, this_year = confirmed(newest.values()), timezone.now().year
    told = [
        (row, calendar_name(row.key), _weekend(row), spans(unconfirmed(years[row.key], since=this_year)))
        for row in newest.values()
    ]
    context = {"calendars": told, "may_change": _may_change(request)}
    return render(request, "regulations/calendars.html", context)


@require_safe
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """Show one year of a calendar."""
    found = CalendarVersion.objects.filter(key=key).first()
    if found is None:
        raise Http404
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else timezone.now().year
    if not FIRST_YEAR <= year <= found.known_until.year:
        raise Http404
    context = {
        "calendar": found, "name": calendar_name(key), "weekend": _weekend(found), "year": year,
        "months": year_of(year, weekend=found.weekend, closed=found.closed), "named": closed_in(year, found.closed),
        "before": year - 1 if year > FIRST_YEAR else None, "after": year + 1 if year < found.known_until.year else None,
        "may_change": _may_change(request), "hours": opening_hours(found.hours),
        "told": next((one for one in years_of(found) if one.number == year), None),
    }  # fmt: skip
    return render(request, "regulations/calendar.html", context)


def _may_change(request: HttpRequest) -> bool:
    """Say whether the person finds a link to the studio."""
    return request.user.is_authenticated and request.user.role in ADMINS


def _weekend(row: CalendarVersion) -> str:
    return " and ".join(DAY_NAMES[day] for day in row.weekend)
