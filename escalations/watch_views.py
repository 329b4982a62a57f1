"""The page that says how far behind the house is, and what the sweep could not settle."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from complaints.policy import get_visible as get_complaint
from escalations import policy, quarantine
from escalations.channels import channels
from escalations.health import health as health_now
from users import clock
from users.models import User


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Show what is due and not looked at, what waits to be sent, and what was set aside."""
    user, now = cast(User, request.user), clock.now()
    kept = policy.set_aside(user).select_related("complaint").order_by("since", "pk")
    context = {
        "now": now, "seen": health_now(now), "channels": channels(now), "set_aside": list(kept[:200]), "viewer_zone": user.zone,
        "may_decide": policy.may_decide(user),
    }  # fmt: skip
    return render(request, "escalations/health.html", context)


@require_POST
def retry(request: HttpRequest, reference: str) -> HttpResponse:
    """Let the next sweep look at a complaint that was set aside."""
    user = cast(User, request.user)
    complaint = get_complaint(user, reference=reference)
    quarantine.retry(complaint.pk, actor=user, at=timezone.now())
    messages.success(request, f"The next sweep looks at {reference} again, within a few seconds.")
    return redirect("escalations:health")
