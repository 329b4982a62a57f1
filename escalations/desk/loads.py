"""What each person of a team carries, as the lists and the choices of the desk say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from complaints import policy as complaints
from complaints.models import Complaint
from escalations.desk.columns import columns
from escalations.desk.workdays import WEEKDAYS, Workdays, of_teams
from users.models import Team, User

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Load:
    """One person and what they carry: open cases, those overdue, those due within ten working days."""

    person: User
    open: int
    overdue: int
    due: int

    @property
    def said(self) -> str:
        """Say it in words, for a choice."""
        return f"{self.open} open, {self.due} due in ten working days" + (
            f", {self.overdue} overdue" if self.overdue else ""
        )


def days_of(team: Team) -> Workdays:
    """Return the working days of the team's centre."""
    return of_teams().get(team.pk, WEEKDAYS)


def loads(team: Team, *, now: datetime) -> list[Load]:
    """Return the load of everybody who handles complaints in the team. One statement besides the centre's calendar."""
    open_, until = Q(complaints__has_ended=False), columns(now, team.zone, days_of(team))[-1].end
    people = User.objects.filter(team=team, is_active=True, role__in=complaints.HANDLERS).select_related("team")
    counted = people.annotate(
        carries=Count("complaints", filter=open_ & Q(complaints__isnull=False)),
        late=Count("complaints", filter=open_ & Q(complaints__next_due_at__lte=now)),
        soon=Count("complaints", filter=open_ & Q(complaints__next_due_at__lte=until)),
    ).order_by("name", "pk")
    return [Load(person, person.carries, person.late, person.soon) for person in counted]


def effects(before: Sequence[Load], after: Sequence[Load]) -> list[str]:
    """Say whose load changed, and how."""
    was = {load.person.pk: load for load in before}
    return [
        f"{load.person.name} has {load.said} now (before: {was[load.person.pk].open} open, {was[load.person.pk].due} due)."
        for load in after
        if load.person.pk in was and load != was[load.person.pk]
    ]


def cases(user: User, owner: int | None) -> QuerySet[Complaint]:
    """Return the open cases of one person (or nobody) that the lead sees, soonest limit first."""
    return open_only(complaints.visible(user).filter(owner=owner))


def open_only(found: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Return what is not finished, with what a row shows, soonest limit first."""
    rows = found.filter(has_ended=False).select_related("complainant", "respondent", "category")
    return rows.order_by("next_due_at", "pk")
