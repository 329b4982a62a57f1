"""The case: its page, what somebody has begun to write on it, and who else is there."""

from __future__ import annotations

from hashlib import sha256

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from complaints import policy, telling
from complaints.casefile import last_change, open_case
from complaints.casepage import case_page
from complaints.errors import Refused
from complaints.forms.letter_words import typed
from complaints.models import State
from complaints.neighbours import place, trail
from complaints.services import desk, drafts
from complaints.views import StaffRequest
from complaints.views.merged import merged


@require_safe
def case(request: StaffRequest, reference: str) -> HttpResponse:
    """Show the case: what happened, by when what is due, and what can be done now."""
    now, asked = timezone.now(), request.GET
    file = case_page(
        request.user, reference, now=now, show=asked.get("show", ""), earlier="earlier" in asked,
        compose=asked.get("compose", ""), text=int(text) if (text := asked.get("text", "")).isdecimal() and len(text) < 10 else 0,
    )  # fmt: skip
    complaint = file.complaint
    if complaint.state == State.MERGED and "as_it_was" not in asked:
        return merged(request, complaint)
    context = {
        "file": file,
        "complaint": complaint,
        "zone": complaint.respondent.zone,
        "days": telling.by_day(file.told, complaint.respondent.zone),
        "place": place(request.user, asked, complaint),
        "trail": trail(asked),
        "now": now,
    }
    return render(request, "complaints/case.html", context)


@require_safe
def entry(request: StaffRequest, reference: str, seq: int) -> HttpResponse:
    """Show one entry of the story with all of its words, however many they are."""
    complaint = open_case(request.user, reference)
    found = get_object_or_404(complaint.story.select_related("actor"), seq=seq)
    told = telling.tell(found, narrative=complaint.narrative)
    context = {"complaint": complaint, "told": told, "zone": complaint.respondent.zone}
    return render(request, "complaints/entry.html", context)


@require_POST
def draft(request: StaffRequest, reference: str) -> HttpResponse:
    """Keep words somebody has begun."""
    complaint = open_case(request.user, reference)
    purpose = request.POST.get("purpose", "")
    text = typed(request.POST, ()).urlencode() if purpose == "letter" else request.POST.get("text", "")
    try:
        drafts.keep(complaint, purpose=purpose, text=text, actor=request.user, at=timezone.now())
    except Refused as refused:
        # It stands beside the field, not on a page of its own.
        return HttpResponse(str(refused), status=409, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@require_safe
def pulse(request: StaffRequest, reference: str) -> HttpResponse:
    """Say who else is here, and whether the complaint changed since the page was made; 304 while nothing did."""
    now, complaint = timezone.now(), policy.get_visible(request.user, reference=reference)
    asked = {key: request.GET.get(key, "").replace("\x00", "") for key in ("doing", "field", "version")}
    there = desk.be_present(complaint, doing=asked["doing"], field=asked["field"], actor=request.user, at=now)
    seen = asked["version"]
    others = repr([get_language(), *((one.user_id, one.doing, one.field) for one in there)])
    etag = f'"{complaint.version}-{sha256(others.encode()).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    is_newer = seen.isdecimal() and int(seen[:9]) < complaint.version
    change = last_change(complaint) if is_newer else None
    context = {"complaint": complaint, "there": there, "is_newer": is_newer, "change": change, "now": now}
    answer = render(request, "complaints/_pulse.html", context)
    answer["ETag"] = etag
    return answer
