"""Giving work within the team: from one person's list to another's, or as proposed for all."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import bulk, policy
from complaints.errors import NotVisible, Refused
from escalations.desk import absent, giving, loads
from escalations.desk.services import desk_of
from users.models import Absence, Team, User
from users.requests import StaffRequest


@require_safe
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the list of one person of the team, or of nobody (0), and whom it can go to with what they carry."""
    user, now, team = request.user, timezone.now(), led(request.user)
    carried = loads.loads(team, now=now)
    owner = next((load for load in carried if load.person.pk == pk), None)
    if pk and owner is None:
        raise NotVisible("This person is not in your team.")
    found = loads.cases(user, pk or None)
    context = {
        "now": now, "owner": owner, "team": team, "loads": carried, "cases": list(found[: loads.SHOWN]),
        "others": [load for load in carried if load.person.pk != pk], "most": loads.SHOWN, "pk": pk,
    }  # fmt: skip
    return render(request, "desk/person.html", context)


@require_POST
def reassign(request: StaffRequest) -> HttpResponse:
    """Give the chosen complaints to somebody of the team; say of each what became of it, and what they carry then."""
    user, now, team = request.user, timezone.now(), led(request.user)
    before = loads.loads(team, now=now)
    to = next((load.person for load in before if str(load.person.pk) == request.POST.get("to", "")), None)
    if to is None:
        raise Refused("Choose somebody of your team first.")
    outcomes = bulk.assign(bulk.picks(request.POST.getlist("pick")), owner=to, actor=user, at=now)
    return _told(
        request, outcomes, loads.effects(before, loads.loads(team, now=now)), back=request.POST.get("from", "")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def distribute(request: StaffRequest) -> HttpResponse:
    """Propose who should get what nobody owns and why; do what was left chosen of it."""
    user, now, team = request.user, timezone.now(), led(request.user)
    if request.method == "POST":
        return _apply(request, team)
    absence = _absence(team, request.GET.get("away", ""))
    references = request.GET.getlist("pick")
    unowned = policy.visible(user)
    unowned = unowned.filter(pk__in=absent.standing_open(absence)) if absence else unowned.filter(owner=None)
    if references:
        unowned = unowned.filter(reference__in=[reference for reference, _ in bulk.picks(references)])
    found = list(loads.open_only(unowned)[: giving.MOST])
    by_key = {one.pk: one for one in found}
    rows = [
        (proposal, by_key[proposal.arrival.key])
        for proposal in giving.proposals(team, found, without=absence.person if absence else None, now=now)
    ]
    context = {
        "rows": rows, "team": team, "desk": desk_of(team), "given": sum(bool(one.worker) for one, _ in rows), "now": now,
        "absence": absence,
    }  # fmt: skip
    return render(request, "desk/distribute.html", context)


def _absence(team: Team, asked: str) -> Absence | None:
    """Return the absence whose cases are to be spread, None for what nobody owns."""
    if not asked:
        return None
    rows = Absence.objects.filter(person__team=team, called_off_at=None).select_related("person")
    absence = rows.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    if absence is None:
        raise NotVisible("This absence is not of your team, or it was called off.")
    return absence


def _apply(request: StaffRequest, team: Team) -> HttpResponse:
    user, now = request.user, timezone.now()
    before = loads.loads(team, now=now)
    people = {str(load.person.pk): load.person for load in before}
    outcomes: list[bulk.Outcome] = []
    picked = request.POST.getlist("pick")
    if not picked:
        raise Refused("Choose at least one proposal first.")
    for key, owner in people.items():
        # One field per row says to whom: "reference@version=person".
        his = [pick.removesuffix(f"={key}") for pick in picked if pick.endswith(f"={key}")]
        if his:
            outcomes += giving.give_as_proposed(bulk.picks(his), owner=owner, actor=user, at=now)
    return _told(request, outcomes, loads.effects(before, loads.loads(team, now=now)), back="0")


def led(user: User) -> Team:
    """Return the team this lead leads."""
    if user.team is None:
        raise NotVisible("You lead no team yet. Ask an admin to give you one.")
    return cast(Team, user.team)


def _told(request: StaffRequest, outcomes: list[bulk.Outcome], effects: list[str], *, back: str) -> HttpResponse:
    done = sum(outcome.done for outcome in outcomes)
    if done == len(outcomes) == 1 and effects:
        messages.success(request, f"{outcomes[0].reference}: {outcomes[0].said} {' '.join(effects)}")
        return redirect(_list(back))
    context = {
        "outcomes": sorted(outcomes, key=lambda outcome: outcome.done), "done": done, "failed": len(outcomes) - done,
        "effects": effects, "back": _list(back),
    }  # fmt: skip
    return render(request, "desk/outcome.html", context)


def _list(back: str) -> str:
    """Return the address of the list one gave from: the desk, a person's, else nobody's."""
    if back == "board":
        return reverse("desk:board")
    return reverse("desk:person", args=[int(back) if back.isdecimal() and len(back) < 10 else 0])
