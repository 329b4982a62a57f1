"""Why a customer is vulnerable: restricted, and each opening is kept."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from complaints import policy
from complaints.care import restricted
from complaints.casefile import open_case
from complaints.services import care
from complaints.views import StaffRequest
from users.policy import OVERSEERS

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: StaffRequest, reference: str) -> HttpResponse:
    """Say what is restricted and who can open it; open it when this person may and asks to."""
    complaint, user = open_case(request.user, reference), request.user
    opened = care.open_details(complaint, actor=user, at=timezone.now()) if request.method == "POST" else None
    context = {
        "complaint": complaint,
        "zone": user.zone,
        "opened": opened,
        "may_open": policy.opens_details(user, complaint),
        "may_change": user.role in policy.ACTIONS["care"],
        "restricted": restricted(complaint),
        "openings": complaint.openings.select_related("user")[:SHOWN] if user.role in OVERSEERS else None,
    }
    return render(request, "complaints/details.html", context)
