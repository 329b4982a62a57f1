"""Parts of the case page that are read only when somebody wants them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints import policy
from complaints.casefile import open_case, tasks_of, work_of
from complaints.forms.steps import AssignForm
from complaints.forms.tags import TagsForm
from complaints.models import Complaint
from complaints.neighbours import trail
from complaints.related import linked, suggested
from complaints.views import StaffRequest
from users.models import User

Read = Callable[[Complaint, User, datetime], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what it is called on a page of its own, its template, and what it reads."""

    title: str
    template: str
    read: Read


def _more(complaint: Complaint, user: User, now: datetime) -> dict[str, object]:
    return {
        "work": work_of(complaint),
        "most_bytes": settings.ATTACHMENT_MAX_BYTES,
        "linked": linked(user, complaint),
        "suggested": suggested(user, complaint),
        "tasks": tasks_of(complaint),
    }


def _assign(complaint: Complaint, user: User, now: datetime) -> dict[str, object]:
    return {"assign": AssignForm(complaint=complaint, user=user, now=now)}


def _tags(complaint: Complaint, user: User, now: datetime) -> dict[str, object]:
    return {"tags": TagsForm(complaint=complaint, user=user, now=now)}


PARTS: dict[str, Part] = {
    "more": Part("Findings, letters, files, other complaints", "complaints/_more.html", _more),
    "assign": Part("Owner", "complaints/_assign.html", _assign),
    "tags": Part("Tags", "complaints/_tag_line.html", _tags),
}


@require_safe
def part(request: StaffRequest, reference: str, name: str) -> HttpResponse:
    """Show a part of the case: for the case page alone, for whoever follows its link on a page of its own."""
    if name not in PARTS:
        raise Http404
    now, asked, complaint = timezone.now(), PARTS[name], open_case(request.user, reference)
    context = {
        "complaint": complaint,
        "zone": complaint.respondent.zone,
        "part": asked,
        "may_write": request.user.role in policy.ACTIONS["note"],
        "trail": trail(request.GET),
        "now": now,
        **asked.read(complaint, request.user, now),
    }
    return render(request, asked.template if "HX-Request" in request.headers else "complaints/part.html", context)
