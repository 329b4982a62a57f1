"""An absence that begins while limits run: the lead is told, once, and proposed who should have which case meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from complaints.models import Complaint
from complaints.services.sets import insert
from escalations.models import Notice
from users.absences import today_of
from users.models import Absence, Role, User

BATCH = 200
DAY = timedelta(days=1)


@transaction.atomic
def propose_for_absences(*, at: datetime) -> int:
    """Tell the leads of whoever is away from today on with limits until they are back; return how many absences it was."""
    # Two workers at once see to different absences; the mark below keeps a later one from telling again.
    waiting = Absence.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        called_off_at=None, proposed_at=None, first_on__lte=at.date() + DAY
    )
    rows = list(waiting.select_related("person").order_by("first_on", "pk")[:BATCH])
    begun = [one for one in rows if one.first_on <= today_of(one.person, at=at)]
    for absence in begun:
        # One that was over before anybody looked has nothing left to hand over.
        if absence.last_on >= today_of(absence.person, at=at):
            _tell(absence, at=at)
    Absence.objects.filter(pk__in=[one.pk for one in begun]).update(proposed_at=at)
    return len(begun)


def standing_open(absence: Absence) -> QuerySet[Complaint]:
    """Return this person's open complaints with a limit before they are back, soonest first."""
    back = _starts(absence.last_on + DAY, absence.person)
    found = Complaint.objects.filter(owner=absence.person, imported=False, next_due_at__lte=back)
    return found.filter(has_ended=False).order_by("next_due_at", "pk")


def of_team(user: User, *, at: datetime) -> list[tuple[Absence, int]]:
    """Return who of this lead's team is away now, and how many limits of theirs end before they are back."""
    if not user.team_id:
        return []
    near = Absence.objects.filter(
        person__team=user.team_id, person__is_active=True, called_off_at=None, first_on__lte=at.date() + DAY,
        last_on__gte=at.date() - DAY,
    )  # fmt: skip
    rows = near.select_related("person").order_by("last_on", "pk")
    there = [one for one in rows if one.first_on <= today_of(one.person, at=at) <= one.last_on]
    return [(one, standing_open(one).count()) for one in there]


def _tell(absence: Absence, *, at: datetime) -> None:
    person, limits = absence.person, standing_open(absence).count()
    if not limits:
        return
    what = "a limit ends" if limits == 1 else f"{limits} limits end"
    text = f"{person.name} is away {absence.days}, and {what} before they are back. See whom the desk proposes."
    insert(
        Notice,
        {
            "user_id": [lead.pk for lead in _leads(person)],
            "text": text,
            "page": f"{reverse('desk:distribute')}?away={absence.pk}",
            "dedupe_key": f"absence-{absence.pk}",
            "created_at": at,
        },
        or_leave=True,
    )


def _leads(person: User) -> list[User]:
    """Return who plans this person's work: the leads of the team, else whom they report to, else the admins."""
    active = User.objects.filter(is_active=True).exclude(pk=person.pk)
    leads = list(active.filter(team=person.team_id, role=Role.LEAD)) if person.team_id else []
    return leads or list(active.filter(reports=person)) or list(active.filter(role=Role.ADMIN))


def _starts(day: date, person: User) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(person.zone)).astimezone(UTC)
