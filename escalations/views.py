"""The lead's pages. Each fetches through policy, reads a form, calls one service, and answers."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.models import Kind
from complaints.policy import get_visible as get_complaint
from complaints.services import case, review
from escalations import policy, queues, services
from escalations.forms import ApproveForm, PersonForm, RaiseForm, ResolveForm, SendBackForm, said
from escalations.models import Reason
from escalations.policies import rule_of
from users.models import User


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Show what asks for a decision, what waits for approval, and who carries how much."""
    user, now = _who(request), timezone.now()
    reason = request.GET.get("reason", "")
    mine = request.GET.get("whose") == "me"
    after = request.GET.get("after", "")
    reviews = queues.waiting(user)
    reason = reason if reason in Reason.values else ""
    page = queues.page(user, reason=reason, mine=mine, after=int(after) if after.isdecimal() else 0)
    context = {
        "now": now, "page": page, "reviews": reviews, "reason": reason, "mine": mine, **_acts(user),
        "figures": queues.figures(user, reviews), "load": queues.load(user, now=now),
    }  # fmt: skip
    return render(request, "escalations/queue.html", context)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one escalation, what came of it, and what may be done."""
    user, now = _who(request), timezone.now()
    escalation = policy.get_visible(user, pk=pk)
    history = escalation.complaint.story.filter(
        kind__in=[Kind.ESCALATED, Kind.ESCALATION_RESOLVED], data__escalation=pk
    ).select_related("actor")
    watchers = list(escalation.watchers.order_by("name"))
    context = {
        "now": now, "escalation": escalation, "history": history, "rule": rule_of(escalation), "watchers": watchers,
        "watches": user in watchers, "may_watch": user.role in policy.RECEIVERS, "climbs": escalation.state == "open",
        "lower": range(1, escalation.severity), "watchable": list(queues.near(user)), **_acts(user),
    }  # fmt: skip
    return render(request, "escalations/detail.html", context)


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the escalation."""
    user = _who(request)
    escalation = services.take(policy.get_visible(user, pk=pk).pk, actor=user, at=timezone.now())
    return _done(request, f"{escalation.complaint.reference} is yours to decide.")


@require_POST
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the escalation to another lead."""
    user = _who(request)
    escalation = policy.get_visible(user, pk=pk)
    to = cast(User, said(PersonForm(request.POST, people=queues.deciders(user)))["to"])
    services.reassign(escalation.pk, to=to, actor=user, at=timezone.now())
    return _done(request, f"{escalation.complaint.reference} went to {to.name}.")


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the escalation with words."""
    user = _who(request)
    escalation = policy.get_visible(user, pk=pk)
    words = str(said(ResolveForm(request.POST))["resolution"])
    services.resolve(escalation.pk, resolution=words, actor=user, at=timezone.now())
    return _done(request, f"The escalation of {escalation.complaint.reference} is resolved.")


@require_POST
def assign(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a complaint that nobody owns to somebody."""
    user = _who(request)
    complaint = get_complaint(user, reference=reference)
    owner = cast(User, said(PersonForm(request.POST, people=queues.handlers(user)))["to"])
    case.assign(complaint.pk, owner=owner, actor=user, at=timezone.now())
    return _done(request, f"{owner.name} owns {reference} now.")


@require_POST
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve exactly the letter that was read."""
    user = _who(request)
    complaint = get_complaint(user, reference=reference)
    words = said(ApproveForm(request.POST))
    review.approve(
        complaint.pk, comment=str(words["comment"]), actor=user, at=timezone.now(), version=cast(int, words["version"])
    )
    return _done(request, f"The letter of {reference} is approved.")


@require_POST
def send_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the letter with a comment."""
    user = _who(request)
    complaint = get_complaint(user, reference=reference)
    words = said(SendBackForm(request.POST))
    review.send_back(
        complaint.pk, comment=str(words["comment"]), actor=user, at=timezone.now(), version=cast(int, words["version"])
    )
    return _done(request, f"{reference} went back with your comment.")


@require_http_methods(["GET", "POST"])
def raise_(request: HttpRequest, reference: str) -> HttpResponse:
    """Raise a complaint to its lead, with a comment."""
    user = _who(request)
    complaint = get_complaint(user, reference=reference)
    form = RaiseForm(request.POST or None)
    if form.is_valid():
        services.raise_by_hand(complaint.pk, comment=form.cleaned_data["comment"], actor=user, at=timezone.now())
        messages.success(request, f"{reference} was raised to the lead.")
        return redirect("complaints:case", reference)
    status = 422 if form.is_bound else 200
    return render(request, "escalations/raise.html", {"form": form, "complaint": complaint}, status=status)


def _who(request: HttpRequest) -> User:
    """Return who is signed in; the middleware lets nobody else this far."""
    return cast(User, request.user)


def _acts(user: User) -> dict[str, object]:
    """Return what the page offers this person to do, and to whom things may go."""
    decides = policy.may_decide(user)
    return {
        "viewer_id": user.pk,
        "viewer_zone": user.zone,
        "may_decide": decides,
        "may_see_health": user.role in policy.ROUTES["escalations:health"].read,
        "may_review": user.is_lead,
        "deciders": list(queues.deciders(user)) if decides else [],
        "handlers": list(queues.handlers(user)) if user.is_lead else [],
    }


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("escalations:queue")
