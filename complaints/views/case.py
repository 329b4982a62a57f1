"""The case: its page, what somebody has begun to write on it, and who else is there."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from complaints import policy, telling
from complaints.casefile import case_file, last_change, open_case
from complaints.forms.steps import AssignForm
from complaints.neighbours import place, trail
from complaints.related import related
from complaints.services import desk, drafts
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
        "place": place(request.user, request.GET, complaint),
        "trail": trail(request.GET),
        "related": related(request.user, complaint, now=now),
        "now": now,
    }
    return render(request, "complaints/case.html", context)


def _story_filters(told: list[telling.Told]) -> list[tuple[str, str, int]]:
    return [(key, title, len(telling.only(told, key))) for key, title in telling.FILTERS.items()]


@require_POST
def draft(request: StaffRequest, reference: str) -> HttpResponse:
    """Keep words somebody has begun."""
    complaint = open_case(request.user, reference)
    purpose, text = request.POST.get("purpose", ""), request.POST.get("text", "")
    drafts.keep(complaint, purpose=purpose, text=text, actor=request.user, at=timezone.now())
    return HttpResponse(status=204)


@require_safe
def pulse(request: StaffRequest, reference: str) -> HttpResponse:
    """Say who else is here, and whether the complaint changed since the page was made; 304 while nothing did."""
    now, complaint = timezone.now(), policy.get_visible(request.user, reference=reference)
    there = desk.be_present(complaint, doing=request.GET.get("doing", ""), actor=request.user, at=now)
    seen = request.GET.get("version", "")
    etag = f'"{complaint.version}-{"-".join(f"{one.user_id}{one.doing}" for one in there)}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    is_newer = seen.isdecimal() and int(seen[:9]) < complaint.version
    change = last_change(complaint) if is_newer else None
    context = {"complaint": complaint, "there": there, "is_newer": is_newer, "change": change, "now": now}
    answer = render(request, "complaints/_pulse.html", context)
    answer["ETag"] = etag
    return answer
