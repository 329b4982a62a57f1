"""What an old reference answers with: where the complaint goes on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from complaints import policy
from complaints.models import Complaint, Kind, State
from complaints.services.merging import SPLIT_UNDONE, undo_refusal
from complaints.views import StaffRequest

# Merged into one that was merged itself, and so on; nobody merges longer than this.
LONGEST = 10


def merged(request: StaffRequest, complaint: Complaint) -> HttpResponse:
    """Say into which complaint this one was merged, lead on to it, and say whether that can be undone."""
    goes_on = _last(complaint)
    told = complaint.story.filter(kind=Kind.MERGED).select_related("actor").order_by("seq").last()
    split_undone = told is not None and told.data.get("split_undone", False)
    context = {
        "complaint": complaint,
        "zone": complaint.respondent.zone,
        "goes_on": goes_on,
        "sees": policy.is_visible(request.user, goes_on),
        "told": told,
        "may_undo": request.user.role in policy.ACTIONS["end"],
        "refusal": SPLIT_UNDONE if split_undone else undo_refusal(complaint),
    }
    return render(request, "complaints/merged.html", context)


def _last(complaint: Complaint) -> Complaint:
    """Return the complaint that goes on, however often it was merged on the way."""
    found = complaint
    for _ in range(LONGEST):
        if found.state != State.MERGED or found.merged_into is None:
            break
        found = found.merged_into
    return found
