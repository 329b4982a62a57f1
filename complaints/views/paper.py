"""The case on paper: one page with everything an auditor asks for."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints import telling
from complaints.casefile import case_file, tasks_of
from complaints.clockfile import clock_file
from complaints.related import linked
from complaints.services.story import first_broken_link
from complaints.views import StaffRequest


@require_safe
def case_on_paper(request: StaffRequest, reference: str) -> HttpResponse:
    """Show the whole case as it is printed: every clock with its why, every entry with both its times."""
    now = timezone.now()
    file = case_file(request.user, reference)
    complaint, story = file.complaint, list(file.complaint.story.all())
    context = {
        "file": file,
        "work": file.work,
        "complaint": complaint,
        "zone": complaint.respondent.zone,
        "clocks": clock_file(complaint, now=now),
        "tasks": tasks_of(complaint),
        "linked": linked(request.user, complaint),
        "told": [telling.tell(entry, narrative=complaint.narrative) for entry in story],
        "broken": first_broken_link(story),
        "now": now,
    }
    return render(request, "complaints/file.html", context)
