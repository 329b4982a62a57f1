"""The lead's desk: figures, the heat map, letters to approve, work that is handed over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from escalations import queues
from escalations.desk import absent, handing, heat, policy
from escalations.desk.centres import centres
from escalations.desk.forms import DeskForm
from escalations.desk.pressing import pressing
from escalations.desk.services import desk_of, set_desk
from escalations.desk.views.giving import led
from escalations.forms import said
from users.models import Team
from users.requests import StaffRequest


@require_safe
def board(request: StaffRequest) -> HttpResponse:
    """Show the desk of one team, or of all centres side by side."""
    user, now = request.user, timezone.now()
    teams = policy.teams(user)
    team = _chosen(teams, request.GET.get("team", ""))
    desk = desk_of(team) if team else None
    reviews = queues.waiting(user)
    gone = absent.of_team(user, at=now) if user.is_lead else []
    context = {
        "now": now, "teams": teams, "team": team, "desk": desk, "reviews": reviews,
        "figures": queues.figures(user, reviews), "may_review": user.is_lead, "viewer_id": user.pk,
        "heat": heat.per_person(user, team, now=now, a_day=desk.a_day) if team and desk
        else heat.per_team(user, teams, now=now),
        "pressing": pressing(
            user, team, approving={review.complaint_id for review in reviews},
            away={absence.person_id for absence, _ in gone}, now=now,
        ),
        "centres": centres(user, now=now), "offers": handing.waiting(user), "gone": gone,
        "may_take": bool(user.is_lead and team and team.pk == user.team_id),
        "form": DeskForm.of(desk) if desk and user.is_lead else None,
    }  # fmt: skip
    return render(request, "desk/board.html", context)


@require_POST
def settings(request: StaffRequest) -> HttpResponse:
    """Set the desk of one's team."""
    team = led(request.user)
    told = said(DeskForm(request.POST))
    set_desk(
        team, gives_by_itself=bool(told["gives_by_itself"]), a_day=int(str(told["a_day"])),
        calendar=str(told["calendar"]), actor=request.user, at=timezone.now(),
    )  # fmt: skip
    messages.success(request, f"The desk of {team.name} is set.")
    return redirect("desk:board")


def _chosen(teams: list[Team], asked: str) -> Team | None:
    """Return the team that was asked for, or the only one there is; None for all of them."""
    by_key = {str(team.pk): team for team in teams}
    return by_key.get(asked) or (teams[0] if len(teams) == 1 else None)
