"""The home of each role, and the two short lists only it counts."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.errors import NotVisible
from escalations.desk import behind as lists
from escalations.desk import home as homes
from users.requests import StaffRequest

SHOWN = 200


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Show what needs this person now."""
    now = timezone.now()
    context = {"home": homes.home(request.user, now=now), "now": now, "viewer_zone": request.user.zone}
    return render(request, "desk/home.html", context)


@require_safe
def behind(request: StaffRequest) -> HttpResponse:
    """List exactly what one figure of this person's home counts."""
    user, now = request.user, timezone.now()
    known = lists.lists(user)
    listed = known.get(request.GET.get("what", next(iter(known))))
    if listed is None:
        raise NotVisible("No figure of your home counts this.")
    context = {"listed": listed, "rows": list(listed.rows(user, now)), "most": lists.MOST, "viewer_zone": user.zone}
    return render(request, "desk/behind.html", context)


@require_safe
def mine(request: StaffRequest) -> HttpResponse:
    """List replies nobody answered, or drafts unfinished."""
    user, now = request.user, timezone.now()
    if request.GET.get("what") == "drafts":
        return render(request, "desk/drafts.html", {"drafts": list(homes.drafts(user)[:SHOWN]), "now": now})
    found = homes.replied(user).select_related("complainant").order_by("next_due_at", "pk")
    return render(request, "desk/replies.html", {"cases": list(found[:SHOWN]), "now": now})
