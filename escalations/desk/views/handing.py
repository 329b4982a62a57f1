"""Handing work to another team, and answering what is handed to one's own."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import bulk, policy
from complaints.errors import NotAllowed, NotVisible, Refused
from complaints.models import Complaint
from complaints.services.once import done_here
from escalations.desk import handing, loads
from escalations.desk.models import HandOver
from users.models import Team, User
from users.requests import StaffRequest


@require_safe
def hand_overs(request: StaffRequest) -> HttpResponse:
    """List what waits: handed to my team, and what my team handed away."""
    user, offers = request.user, list(handing.waiting(request.user))
    context = {
        "now": timezone.now(), "viewer_zone": user.zone,
        "to_me": [one for one in offers if one.to_team_id == user.team_id],
        "away": [one for one in offers if one.to_team_id != user.team_id],
        "may_answer": user.role in policy.HANDLERS, "people": _team(user) if user.is_lead else [],
    }  # fmt: skip
    return render(request, "desk/hand_overs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: StaffRequest) -> HttpResponse:
    """Offer a set of complaints to another team."""
    user, now = request.user, timezone.now()
    if request.method == "POST" and (to_team := _other_team(user, request.POST.get("team", ""))):
        note = request.POST.get("note", "")

        def give(complaint: Complaint, version: int) -> str:
            handing.offer(complaint.pk, to_team=to_team, note=note, actor=user, at=now, version=version)
            return f"Offered to {to_team.name}. It stays where it is until they accept."

        outcomes = bulk.each(bulk.picks(request.POST.getlist("pick")), give, actor=user)
        return _told(request, outcomes)
    if request.method == "POST":
        raise Refused("Choose the team it goes to first.")
    references = [reference for reference, _ in bulk.picks(request.GET.getlist("pick"))]
    found = (
        loads.open_only(policy.visible(user).filter(reference__in=references)) if references
        else loads.cases(user, user.pk)
    )  # fmt: skip
    context = {
        "now": now, "cases": list(found[: loads.SHOWN]), "teams": Team.objects.exclude(pk=user.team_id or 0).order_by("name"),
        "chosen": bool(references),
    }  # fmt: skip
    return render(request, "desk/hand_over.html", context)


@require_POST
def answer(request: StaffRequest) -> HttpResponse:
    """Accept or decline the chosen hand-overs, each for itself."""
    user, now, reason = request.user, timezone.now(), request.POST.get("reason", "")
    to = next((one for one in _team(user) if str(one.pk) == request.POST.get("to", "")), None)
    keys = [int(key) for key in request.POST.getlist("offer") if key.isdecimal() and len(key) < 18][: bulk.MOST]
    if not keys:
        raise Refused("Choose at least one hand-over first.")
    offers = {one.pk: one for one in handing.offered_to(user).filter(pk__in=keys).select_related("complaint")}
    declines = request.POST.get("act") == "decline"
    outcomes = []
    for key in keys:
        try:
            if declines:
                handing.decline(key, reason=reason, actor=user, at=now)
            else:
                handing.accept(key, to=to, actor=user, at=now)
            outcomes.append(
                _outcome(offers.get(key), True, "Declined." if declines else f"Accepted for {(to or user).name}.")
            )
        except (Refused, NotAllowed, NotVisible) as refused:
            outcomes.append(_outcome(offers.get(key), False, str(refused)))
    return _told(request, outcomes)


@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one's offer back."""
    made = handing.withdraw(pk, actor=request.user, at=timezone.now())
    messages.success(request, f"{made.complaint.reference} is no longer offered.")
    return redirect("desk:hand_overs")


def _other_team(user: User, asked: str) -> Team | None:
    return Team.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None


def _team(user: User) -> QuerySet[User]:
    """Return who of the team can take a complaint over."""
    return User.objects.filter(team=user.team, is_active=True, role__in=policy.HANDLERS).order_by("name")


def _outcome(made: HandOver | None, done: bool, said: str) -> bulk.Outcome:
    if made is None:
        return bulk.Outcome("Hand-over", "", False, said)
    return bulk.Outcome(made.complaint.reference, made.complaint.subject, done, said)


def _told(request: StaffRequest, outcomes: list[bulk.Outcome]) -> HttpResponse:
    done = sum(outcome.done for outcome in outcomes)
    context = {
        "outcomes": sorted(outcomes, key=lambda outcome: outcome.done), "done": done, "failed": len(outcomes) - done,
        "hand_overs": True,
    }  # fmt: skip
    return done_here(render(request, "desk/outcome.html", context))
