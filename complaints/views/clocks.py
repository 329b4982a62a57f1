"""Why each date: the clocks of a case, now and as they were known at any past instant."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from complaints import policy
from complaints.bars import chart
from complaints.casefile import open_case
from complaints.classes import CLASSES
from complaints.clockbars import spans, undrawn
from complaints.clockfile import clock_file, clock_file_as_known, why_not
from complaints.views import StaffRequest


@require_safe
def clocks(request: StaffRequest, reference: str) -> HttpResponse:
    """Show every clock of the case with its sentence and its days; or why there is none."""
    now, complaint = timezone.now(), open_case(request.user, reference)
    zone = complaint.respondent.zone
    as_known, asked_wrongly = _instant(request.GET.get("as_known", ""), zone=zone, now=now)
    at = as_known or now
    file = clock_file_as_known(complaint, at=at) if as_known else clock_file(complaint, now=now)
    asked = request.GET.get("clock", "")
    first = next((line for line in file.lines if str(line.clock.pk) == asked), next(iter(file.lines), None))
    context = {
        "complaint": complaint,
        "zone": zone,
        "file": file,
        "first": first,
        "chart": chart(spans(file, zone=zone, now=at), now=at, zone=zone),
        "undrawn": undrawn(file, zone=zone),
        "others": [line for line in file.lines if line is not first],
        "classes": ", ".join(dict(CLASSES).get(key, key).lower() for key in complaint.complaint_class),
        "may_handle": request.user.role in policy.ACTIONS["change_facts"],
        # What cannot be counted from is said once, by the file's problem.
        "why_not": [] if file.problem else why_not(complaint, as_known=as_known),
        "as_known": as_known,
        "asked_wrongly": asked_wrongly,
        "field": f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}",
        "today": at.astimezone(ZoneInfo(zone)).date(),
        "now": at,
    }
    return render(request, "complaints/clocks.html", context)


def _instant(text: str, *, zone: str, now: datetime) -> tuple[datetime | None, bool]:
    """Read the instant that was asked for, on the respondent's clock where no offset is given; never a future one."""
    if not text:
        return None, False
    try:
        found = parse_datetime(text if "T" in text else f"{text}T23:59:59")
        if found is None:
            return None, True
        instant = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
        return (instant, False) if datetime(1900, 1, 1, tzinfo=ZoneInfo("UTC")) < instant <= now else (None, True)
    except (ValueError, OverflowError):
        return None, True
