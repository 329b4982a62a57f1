"""What a person sets up at their desk: how dense the queue is, saved views, and one act on several complaints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from complaints import bulk as several
from complaints.errors import Refused
from complaints.forms.steps import handlers
from complaints.neighbours import trail
from complaints.queues import Filters
from complaints.services import desk, macro_book
from complaints.views import StaffRequest
from users.models import User

DENSITIES = {"compact": "Compact", "normal": "Normal", "roomy": "Roomy"}
YEAR = 365 * 24 * 3600


@require_POST
def density(request: StaffRequest) -> HttpResponse:
    """Remember in this browser how dense the queue is."""
    chosen = request.POST.get("density", "")
    answer = redirect(_back(request))
    if chosen in DENSITIES:
        answer.set_cookie("density", chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    return answer


def _back(request: StaffRequest) -> str:
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if safe else reverse("complaints:queue")


@require_POST
def view(request: StaffRequest) -> HttpResponse:
    """Save the filters under a name, or forget a view."""
    dropped = request.POST.get("drop", "")
    if dropped.isdecimal() and len(dropped) < 10:
        desk.drop_view(int(dropped), actor=request.user)
        messages.success(request, "The view is removed.")
        return redirect("complaints:queue")
    query, name = Filters.of(request.POST).query(), request.POST.get("name", "")
    try:
        kept = desk.save_view(name, query=query, sharing=request.POST.get("shared", ""), actor=request.user)
        messages.success(request, f"“{kept.name}” is saved.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('complaints:queue')}?{query}")


def _assign(asked: QueryDict, picked: list[several.Pick], user: User, at: datetime) -> list[several.Outcome]:
    chosen = asked.get("owner", "")
    owner = handlers().filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 10 else None
    if owner is None:
        raise Refused("Choose a person for the chosen complaints first.")
    return several.assign(picked, owner=owner, actor=user, at=at)


def _macro(asked: QueryDict, picked: list[several.Pick], user: User, at: datetime) -> list[several.Outcome]:
    chosen = asked.get("macro", "")
    found = macro_book.offered().filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 10 else None
    return several.macro(picked, found, actor=user, at=at)


Act = Callable[[QueryDict, list[several.Pick], User, datetime], list[several.Outcome]]
ACTS: dict[str, Act] = {
    "assign": _assign,
    "step": lambda asked, picked, user, at: several.step(picked, asked.get("step", ""), actor=user, at=at),
    "macro": _macro,
    "tag": lambda asked, picked, user, at: several.tag(picked, add=asked.get("tag", ""), actor=user, at=at),
    "untag": lambda asked, picked, user, at: several.tag(picked, remove=asked.get("tag", ""), actor=user, at=at),
}


@require_POST
def bulk(request: StaffRequest) -> HttpResponse:
    """Assign several complaints, tag them, take a step or run a macro on each, and say of each what became of it."""
    picked, now, user = several.picks(request.POST.getlist("pick")), timezone.now(), request.user
    query = trail(request.GET)
    try:
        outcomes = ACTS.get(request.POST.get("act", ""), _assign)(request.POST, picked, user, now)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('complaints:queue')}?{query}")
    done = sum(outcome.done for outcome in outcomes)
    context = {"outcomes": outcomes, "done": done, "failed": len(outcomes) - done, "trail": query}
    return render(request, "complaints/bulk.html", context)
