"""The case, and its clocks."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from complaints import policy, telling
from complaints.casefile import case_file, open_case
from complaints.classes import CLASSES
from complaints.clockfile import clock_file
from complaints.forms.steps import AssignForm
from complaints.services import drafts
from complaints.views import StaffRequest

# The newest entries; the rest is one link away.
SHOWN = 20


@require_safe
def case(request: StaffRequest, reference: str) -> HttpResponse:
    """Show the case: what happened, by when what is due, and what can be done now."""
    now = timezone.now()
    file = case_file(request.user, reference, now=now)
    tone = request.GET.get("show", "all")
    told = telling.only(file.told, tone if tone in telling.FILTERS else "all")
    earlier = 0 if "earlier" in request.GET else max(len(told) - SHOWN, 0)
    complaint = file.complaint
    context = {
        "file": file,
        "complaint": complaint,
        "zone": complaint.respondent.zone,
        "days": telling.by_day(told[earlier:], complaint.respondent.zone),
        "earlier": earlier,
        "shown": tone,
        "story_filters": _story_filters(file.told),
        "assign": AssignForm(complaint=complaint, user=request.user, now=now),
        "drafts": drafts.kept(complaint, user=request.user),
        "allowed": {step.key for step in file.steps if step.allowed},
        "now": now,
    }
    return render(request, "complaints/case.html", context)


def _story_filters(told: list[telling.Told]) -> list[tuple[str, str, int]]:
    return [(key, title, len(telling.only(told, key))) for key, title in telling.FILTERS.items()]


@require_safe
def clocks(request: StaffRequest, reference: str) -> HttpResponse:
    """Show every clock of the case with its sentence and its days; or why there is none."""
    now, complaint = timezone.now(), open_case(request.user, reference)
    zone, file = complaint.respondent.zone, clock_file(complaint, now=now)
    asked = request.GET.get("clock", "")
    first = next((line for line in file.lines if str(line.clock.pk) == asked), next(iter(file.lines), None))
    context = {
        "complaint": complaint,
        "zone": zone,
        "file": file,
        "first": first,
        "others": [line for line in file.lines if line is not first],
        "classes": ", ".join(dict(CLASSES).get(key, key).lower() for key in complaint.complaint_class),
        "may_handle": request.user.role in policy.ACTIONS["change_facts"],
        "today": now.astimezone(ZoneInfo(zone)).date(),
        "now": now,
    }
    return render(request, "complaints/clocks.html", context)


@require_POST
def draft(request: StaffRequest, reference: str) -> HttpResponse:
    """Keep words somebody has begun."""
    complaint = open_case(request.user, reference)
    purpose, text = request.POST.get("purpose", ""), request.POST.get("text", "")
    drafts.keep(complaint, purpose=purpose, text=text, actor=request.user, at=timezone.now())
    return HttpResponse(status=204)
