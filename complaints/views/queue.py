"""The queue, and one of its complaints at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from complaints import bulk, policy, queues, search
from complaints.casefile import first_owed, in_order, still_matters
from complaints.glance import Glance
from complaints.glance import glance as at_a_glance
from complaints.models import Clock, Complaint, State
from complaints.neighbours import trail
from complaints.views import StaffRequest
from complaints.views.desk import DENSITIES, YEAR
from users.models import User


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue: the first clock to breach, and what else runs."""

    complaint: Complaint
    clock: Clock | None
    others: list[Clock]


@dataclass(frozen=True, slots=True)
class Group:
    """The rows under one heading, and how many stand under it in all. Only the order of the law has headings."""

    day: queues.Day | None
    count: int
    rows: list[Row]


@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """Show what this person may see, soonest legal limit first unless they choose another order."""
    user, now, filters = request.user, timezone.now(), queues.Filters.of(request.GET)
    if filters.text and policy.visible(user).filter(reference=filters.text.upper()).exists():
        return redirect("complaints:case", filters.text.upper())
    is_part = "HX-Request" in request.headers
    listing = queues.listing(user, filters)
    page = queues.page(listing.found, queues.Cursor.of(request.GET, filters.order), order=filters.order)
    groups = _groups(page, filters, now=now, zone=user.zone)
    shown = {"total": listing.found} | {
        group.day.key: [queues.within(one, group.day) for one in listing.found] for group in groups if group.day
    }
    seen = queues.Seen.of(request.COOKIES.get(queues.COOKIE, ""))
    overview = queues.overview(user, shown, seen)
    spot = queues.spot(page, overview.counts["total"], request.GET.get("at", ""))
    context = {
        # Whoever opens a view now has seen what came into it.
        **_around(filters, overview, user, is_opened=not is_part),
        "listing": listing,
        "too_long": len(request.GET.get("q", "")) > search.LONGEST,
        "total": overview.counts["total"],
        "groups": [Group(one.day, overview.counts[one.day.key] if one.day else 0, one.rows) for one in groups],
        "page": page,
        "spot": spot,
        "before": filters.query(before=page.before, at=spot.before if spot else ""),
        "after": filters.query(after=page.after, at=spot.after if spot else ""),
        "zone": user.zone,
        "opened": _opened(request, now=now),
        "now": now,
        "density": density if (density := request.COOKIES.get("density", "")) in DENSITIES else "compact",
    }
    # The part that is asked for again and again while the page is open is made only when something changed.
    context["mark"] = mark = _mark(page, overview)
    if is_part and request.headers.get("If-None-Match", "").removeprefix("W/") == mark:
        return HttpResponseNotModified(headers={"ETag": mark})
    answer = render(request, "complaints/_live.html" if is_part else "complaints/queue.html", context)
    answer["ETag"] = mark
    if not is_part and (opened := _views_here(filters, overview)):
        kept = str(seen.opened(opened, overview.newest))
        secure = request.is_secure()
        answer.set_cookie(queues.COOKIE, kept, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
    return answer


def _views_here(filters: queues.Filters, overview: queues.Overview) -> list[str]:
    """Return the views that ask for exactly this list: whoever sees it has opened each."""
    here = filters.query()
    plain = [filters.view] if filters == queues.Filters(view=filters.view) else []
    return plain + [queues.saved(view["id"]) for view in overview.views if view["query"] == here]


@require_safe
def arrivals(request: StaffRequest) -> HttpResponse:
    """Say how many came into each saved view since it was last opened: asked for by the open queue, 304 while the same."""
    found = queues.arrivals(request.user, queues.Seen.of(request.COOKIES.get(queues.COOKIE, "")))
    mark = f'"{sha256(repr(sorted(found.items())).encode()).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == mark:
        return HttpResponseNotModified(headers={"ETag": mark})
    answer = render(request, "complaints/_arrivals.html", {"arrivals": found})
    answer["ETag"] = mark
    return answer


def _mark(page: queues.Page, overview: queues.Overview) -> str:
    """Return what changes when a row or a number of this list does, as an ETag."""
    # The same rows are another page in another language.
    told = [
        get_language(),
        [(row.pk, row.version) for row in page.rows],
        overview.counts,
        overview.arrived,
        page.before,
        page.after,
    ]
    return f'"{sha256(repr(told).encode()).hexdigest()[:24]}"'


def _around(filters: queues.Filters, overview: queues.Overview, user: User, *, is_opened: bool) -> dict[str, Any]:
    """Return what stands around the list: views, filters, orders, and what can be done to several."""
    standing = _standing(filters, overview, user)
    return {
        "heading": next((view.name for view in standing if view.is_current), queues.VIEWS[filters.view]),
        "filters": filters,
        "chosen": _chosen(filters, overview, user),
        "choices": overview,
        "states": [("finished", "Finished"), *State.choices],
        "orders": [
            (filters.sorted_by(key), order.label, order is filters.order) for key, order in queues.ORDERS.items()
        ],
        "tabs": [
            (key, title, overview.counts[key], 0 if is_opened and key == filters.view else overview.arrived[key])
            for key, title in queues.VIEWS.items()
        ],
        "may_handle": user.role in policy.ACTIONS["register"],
        "cap": queues.CAP,
        "trail": filters.query(),
        "densities": DENSITIES,
        "bulk_steps": [(key, label) for key, (label, _) in bulk.STEPS.items()],
        "standing": standing,
        "may_share_with_all": user.role in policy.ACTIONS["share_with_all"],
    }


def _opened(request: StaffRequest, *, now: datetime) -> Glance | None:
    """Return the complaint the address holds open beside the list; None when it names none."""
    reference = request.GET.get("open", "")
    if not reference.replace("-", "").isalnum() or len(reference) > 20:
        return None
    return at_a_glance(request.user, reference, now=now)


@require_safe
def glance(request: StaffRequest, reference: str) -> HttpResponse:
    """Show one complaint at a glance: a part of the queue's page."""
    context = {
        "opened": at_a_glance(request.user, reference, now=timezone.now()),
        "may_handle": request.user.role in policy.ACTIONS["register"],
        "trail": trail(request.GET),
        "now": timezone.now(),
    }
    return render(request, "complaints/_glance.html", context)


@require_safe
def facets(request: StaffRequest) -> HttpResponse:
    """Show what the list can be narrowed to, with how many: inside the filter, and as a page of its own."""
    filters = queues.Filters.of(request.GET)
    context = {"facets": queues.facets(request.user, filters), "trail": filters.query(), "cap": queues.CAP - 1}
    is_part = "HX-Request" in request.headers
    return render(request, "complaints/_facets.html" if is_part else "complaints/facets.html", context)


@dataclass(frozen=True, slots=True)
class Standing:
    """A saved view in the side column."""

    pk: int
    name: str
    query: str
    is_current: bool
    is_mine: bool
    shared_with: str


def _standing(filters: queues.Filters, overview: queues.Overview, user: User) -> list[Standing]:
    here = filters.query()
    return [
        Standing(
            one["id"], one["name"], one["query"], one["query"] == here, one["owner_id"] == user.pk,
            "everybody" if one["for_everybody"] else "the team" if one["team_id"] is not None else "",
        )
        for one in overview.views
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is on, and the list without it."""

    label: str
    value: str
    without: str


def _chosen(filters: queues.Filters, overview: queues.Overview, user: User) -> list[Chosen]:
    states = {"finished": "Finished", **dict(State.choices)}
    on = [
        ("text", "Words", filters.text),
        ("state", "State", states.get(filters.state, "")),
        ("respondent", "Respondent", overview.respondents.get(filters.respondent, filters.respondent)),
        ("tag", "Tag", filters.tag),
        ("owner", "Owner", overview.owners.get(filters.owner, filters.owner)),
        ("team", "Team", overview.teams.get(filters.team, filters.team)),
        ("due", "Due", queues.said_span(filters.due, user.zone)),
    ]
    return [Chosen(label, value, filters.without(name)) for name, label, value in on if value]


def _groups(page: queues.Page, filters: queues.Filters, *, now: datetime, zone: str) -> list[Group]:
    if filters.sort:
        return [Group(None, 0, [_row(complaint, now=now) for complaint in page.rows])] if page.rows else []
    headings, groups = queues.days(now, zone), list[Group]()
    for complaint in page.rows:
        day = queues.day_of(complaint.next_due_at, headings)
        if not groups or groups[-1].day != day:
            groups.append(Group(day, 0, []))
        groups[-1].rows.append(_row(complaint, now=now))
    return groups


def _row(complaint: Complaint, *, now: datetime) -> Row:
    clocks = queues.clocks_of(complaint)
    first = first_owed(clocks)
    others = [clock for clock in in_order(clocks, now=now) if clock is not first and still_matters(clock, now=now)]
    return Row(complaint, first, others)
