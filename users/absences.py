"""When people are away: recorded by themselves, their lead or an admin, and called off by the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from users.errors import NotAllowed, Refused
from users.models import Absence, User

LONGEST = timedelta(days=730)


def may_record(user: User, person: User) -> bool:
    """Say whether this user may say when the person is away: themselves, the lead of their team, an admin."""
    if not user.is_active:
        return False
    leads = user.is_lead and user.team_id is not None and user.team_id == person.team_id
    return user.pk == person.pk or user.is_admin or leads


def reads_reason(user: User, person: User) -> bool:
    """Say whether this user may read why: the person and the admins. A lead plans with the days alone."""
    return user.is_active and (user.pk == person.pk or user.is_admin)


def standing(person: User, *, since: date) -> QuerySet[Absence]:
    """Return the absences that are not called off and not over before this day, soonest first."""
    return Absence.objects.filter(person=person, called_off_at=None, last_on__gte=since).order_by("first_on", "pk")


def today_of(person: User, *, at: datetime) -> date:
    """Return the date it is where the person is."""
    return at.astimezone(ZoneInfo(person.zone)).date()


@transaction.atomic
def record(person_id: int, *, first_on: date, last_on: date, reason: str, actor: User, at: datetime) -> Absence:
    """Say that somebody is away on these days."""
    person = _held(person_id, actor)
    if last_on < first_on:
        raise Refused("The last day lies before the first. Check both.")
    if last_on < today_of(person, at=at):
        raise Refused("This absence is over already. Give days from today on.")
    if last_on - first_on > LONGEST or first_on - at.date() > LONGEST:
        raise Refused("This is more than two years. Check the year.")
    said = " ".join(reason.replace("\x00", "").split())
    if len(said) > 200:
        raise Refused("Keep the reason to 200 characters.")
    if said and not reads_reason(actor, person):
        raise Refused(f"The reason is {person.name}'s own to write. Leave it empty.")
    overlaps = standing(person, since=first_on).filter(first_on__lte=last_on).first()
    if overlaps:
        raise Refused(f"{person.name} is away {overlaps.days} already. Call that off first, or choose other days.")
    return Absence.objects.create(
        person=person, first_on=first_on, last_on=last_on, reason=said, recorded_by=actor, recorded_at=at
    )


@transaction.atomic
def call_off(person_id: int, absence_id: int, *, actor: User, at: datetime) -> Absence:
    """Say that they work after all; what was recorded is kept."""
    person = _held(person_id, actor)
    absence = Absence.objects.filter(person=person, pk=absence_id, called_off_at=None).first()
    if absence is None:
        raise Refused("This absence was called off already. Look again.")
    absence.called_off_at = at
    absence.save(update_fields=["called_off_at"])
    return absence


def _held(person_id: int, actor: User) -> User:
    """Return the person under lock: two absences recorded at once must not overlap."""
    person = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=person_id)
    if not may_record(actor, person):
        raise NotAllowed("Only they themselves, their lead or an admin says when somebody is away.")
    return person
