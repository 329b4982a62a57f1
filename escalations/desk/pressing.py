"""At risk and missed: whose limit has passed or ends within three days, soonest first, each with why it stands here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from complaints import chips
from complaints.casefile import first_owed
from complaints.models import Clock, Complaint
from complaints.queues import Filters, clocks_of, listing, page
from users.models import Team, User

SHOWN = 10
# What the chip calls near; further off there is still time, and the heat map shows it.
SOON = timedelta(days=3)
# Longer than a weekend without a single entry, and a complaint that presses is lying about.
IDLE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Line:
    """One complaint of a short list: its soonest limit, and in few words why it stands there."""

    complaint: Complaint
    clock: Clock | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Pressing:
    """The first of what presses, whether there is more, and the queue that lists all of it."""

    lines: list[Line]
    more: bool
    query: str


def pressing(
    user: User, team: Team | None, *, approving: Collection[int], away: Collection[int], now: datetime
) -> Pressing:
    """Return what presses at one desk, or at all this person sees. One statement, however long the queue is.

    `approving` are the complaints with a letter that waits, `away` the people who are not there now.
    """
    # To the minute, as the cells of the heat map have it.
    until = (now + SOON).astimezone(UTC).replace(second=0, microsecond=0)
    others = team is not None and team.pk != user.team_id
    filters = Filters(team=str(team.pk) if team and others else "", due=f"~{until:%Y-%m-%dT%H:%MZ}")
    found = page(listing(user, filters).found, None, size=SHOWN)
    lines = [_line(one, _why(one, approving, away, now=now)) for one in found.rows]
    return Pressing(lines, bool(found.after), filters.query())


def next_due(user: User, *, most: int) -> list[Line]:
    """Return the complaints of a person whose limits end first. One statement."""
    found = page(listing(user, Filters(view="mine")).found, None, size=most)
    return [_line(one) for one in found.rows]


def _line(complaint: Complaint, why: str = "") -> Line:
    return Line(complaint, first_owed(clocks_of(complaint)), why)


def _why(one: Complaint, approving: Collection[int], away: Collection[int], *, now: datetime) -> str:
    """Return what holds a complaint up, the gravest first; what it is at when nothing does."""
    if one.owner is None:
        return "Nobody owns it"
    if one.owner_id in away:
        return f"{one.owner.name} is away"
    if one.pk in approving:
        return "Waits for approval"
    if one.waits_for == "customer":
        return f"Customer silent for {chips.span(now - one.state_since)}"
    if one.waits_for != "us":
        return f"Third party silent for {chips.span(now - one.state_since)}"
    if now - one.last_event_at >= IDLE:
        return f"No work for {chips.span(now - one.last_event_at)}"
    if one.complainant.vulnerable:
        return "Vulnerable customer"
    return str(one.get_state_display())
