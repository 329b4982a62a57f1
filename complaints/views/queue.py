"""The queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints import bulk, policy, queues, search
from complaints.casefile import first_owed, in_order, still_matters
from complaints.models import Clock, Complaint, State
from complaints.views import StaffRequest
from complaints.views.desk import DENSITIES
from users.models import User


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue: the first clock to breach, and what else runs."""

    complaint: Complaint
    clock: Clock | None
    others: list[Clock]


@dataclass(frozen=True, slots=True)
class Group:
    """The rows under one heading, and how many stand under it in all."""

    day: queues.Day
    count: int
    rows: list[Row]


@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """Show what this person may see, soonest legal limit first."""
    user, now, filters = request.user, timezone.now(), queues.Filters.of(request.GET)
    if filters.text and policy.visible(user).filter(reference=filters.text.upper()).exists():
        return redirect("complaints:case", filters.text.upper())
    headings = queues.days(now, user.zone)
    listing = queues.listing(user, filters)
    overview = queues.overview(user, listing.found, headings)
    page = queues.page(listing.found, queues.Cursor.of(request.GET))
    context = {
        "heading": queues.VIEWS[filters.view],
        "filters": filters,
        "listing": listing,
        "too_long": len(request.GET.get("q", "")) > search.LONGEST,
        "chosen": _chosen(filters, overview),
        "choices": overview,
        "states": [("finished", "Finished"), *State.choices],
        "tabs": [(key, title, overview.counts[key]) for key, title in queues.VIEWS.items()],
        "total": sum(overview.counts[day.key] for day in headings),
        "groups": _groups(page, headings, overview.counts, now=now),
        "page": page,
        "before": filters.query(before=page.before),
        "after": filters.query(after=page.after),
        "may_handle": user.role in policy.ACTIONS["register"],
        "now": now,
        "cap": queues.CAP,
        "trail": filters.query(),
        "density": density if (density := request.COOKIES.get("density", "")) in DENSITIES else "compact",
        "densities": DENSITIES,
        "bulk_steps": [(key, label) for key, (label, _) in bulk.STEPS.items()],
        "standing": _standing(filters, overview, user),
    }
    return render(request, "complaints/queue.html", context)


@dataclass(frozen=True, slots=True)
class Standing:
    """A saved view in the side column."""

    pk: int
    name: str
    query: str
    is_current: bool
    is_mine: bool
    is_shared: bool


def _standing(filters: queues.Filters, overview: queues.Overview, user: User) -> list[Standing]:
    here = filters.query()
    return [
        Standing(
            one["id"], one["name"], one["query"], one["query"] == here, one["owner_id"] == user.pk,
            one["team_id"] is not None,
        )
        for one in overview.views
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is on, and the list without it."""

    label: str
    value: str
    without: str


def _chosen(filters: queues.Filters, overview: queues.Overview) -> list[Chosen]:
    states = {"finished": "Finished", **dict(State.choices)}
    on = [
        ("text", "Words", filters.text),
        ("state", "State", states.get(filters.state, "")),
        ("respondent", "Respondent", overview.respondents.get(filters.respondent, filters.respondent)),
        ("owner", "Owner", overview.owners.get(filters.owner, filters.owner)),
    ]
    return [Chosen(label, value, filters.without(name)) for name, label, value in on if value]


def _groups(page: queues.Page, headings: list[queues.Day], counts: dict[str, int], *, now: datetime) -> list[Group]:
    groups: list[Group] = []
    for complaint in page.rows:
        day = queues.day_of(complaint.next_due_at, headings)
        if not groups or groups[-1].day != day:
            groups.append(Group(day, counts[day.key], []))
        groups[-1].rows.append(_row(complaint, now=now))
    return groups


def _row(complaint: Complaint, *, now: datetime) -> Row:
    clocks = list(complaint.clocks.all())
    first = first_owed(clocks)
    others = [clock for clock in in_order(clocks, now=now) if clock is not first and still_matters(clock, now=now)]
    return Row(complaint, first, others)
