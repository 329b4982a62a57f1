"""Take people in, change what they may do, and let them go. Nobody is ever deleted."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from functools import cache
from zoneinfo import available_timezones

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from rest_framework.authtoken.models import Token

from users.changes import as_it_stands, write_down
from users.errors import NotAllowed, Refused
from users.models import Role, Team, User

log = logging.getLogger("redress.people")
TAKEN = "Somebody already signs in with this address."


@cache
def zones() -> list[str]:
    """Return every named place with a clock of its own."""
    return sorted(
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right"))
    )


@transaction.atomic
def add_person(
    *,
    email: str,
    password: str,
    name: str,
    role: str,
    team: Team | None,
    reports_to: User | None,
    zone: str,
    is_active: bool = True,
    actor: User,
    at: datetime,
) -> User:
    """Let somebody in."""
    _require_admin(actor)
    try:
        with transaction.atomic():
            person = User.objects.create_user(email, password, name=name, role=role, team=team)
    except IntegrityError as error:
        raise Refused(TAKEN) from error
    person.reports_to, person.zone, person.is_active = reports_to, zone, is_active
    person.save()
    write_down(person, {}, actor=actor, at=at)
    log.info("%s added %s as %s.", actor.email, person.email, role)
    return person


@transaction.atomic
def change_person(
    person_id: int,
    *,
    email: str,
    name: str,
    role: str,
    team: Team | None,
    reports_to: User | None,
    zone: str,
    is_active: bool,
    actor: User,
    at: datetime,
) -> User:
    """Change what a person is; the last admin stays one, and no reporting line runs in a circle."""
    _require_admin(actor)
    # All admins are held, so that two of them cannot step down at once.
    admins = list(User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).order_by("pk"))
    person = User.objects.select_for_update().get(pk=person_id)
    if [admin.pk for admin in admins] == [person.pk] and (role != Role.ADMIN or not is_active):
        raise Refused("This is the last admin. Make somebody else an admin first.")
    above, seen = reports_to, {person.pk}
    while above is not None:
        if above.pk in seen:
            raise Refused(f"{name} would end up reporting to themselves. Choose somebody else.")
        seen.add(above.pk)
        above = above.reports_to
    before = as_it_stands(person)
    person.email, person.name, person.role, person.team = email.lower(), name, role, team
    person.reports_to, person.zone, person.is_active = reports_to, zone, is_active
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise Refused(TAKEN) from error
    if not is_active:
        _end_sessions(person)
    write_down(person, before, actor=actor, at=at)
    log.info("%s changed %s.", actor.email, person.email)
    return person


@transaction.atomic
def change_work(
    person_id: int,
    *,
    languages: list[str],
    skills: list[str],
    most_cases: int | None,
    authority_amount: Decimal | None,
    authority_currency: str,
    starts: time | None,
    ends: time | None,
    opens_details: bool = False,
    classes: Sequence[str] = (),
    actor: User,
    at: datetime,
) -> User:
    """Say what work a person can be given: in which languages, about what, how much, and with what authority."""
    _require_admin(actor)
    # Nobody changes a person between what is read here and what is written down as "before".
    person = User.objects.select_for_update().get(pk=person_id)
    before = as_it_stands(person)
    person.languages, person.skills, person.most_cases = languages, skills, most_cases
    person.classes = list(classes)
    person.authority_amount, person.authority_currency = authority_amount, authority_currency
    if opens_details and not person.opens_details and person.pk == actor.pk:
        raise Refused("Nobody gives themselves the right to open restricted details. Ask another admin.")
    person.starts, person.ends, person.opens_details = starts, ends, opens_details
    person.save()
    write_down(person, before, actor=actor, at=at)
    log.info("%s changed the work of %s.", actor.email, person.email)
    return person


@transaction.atomic
def choose_language(person_id: int, *, language: str) -> User:
    """Let a person choose the language of their pages. It is theirs alone, so nothing is written down about it."""
    person = User.objects.select_for_update().get(pk=person_id)
    person.language = language
    person.save(update_fields=["language"])
    return person


def _require_admin(actor: User) -> None:
    if actor.role != Role.ADMIN or not actor.is_active:
        raise NotAllowed("Only an admin changes people.")


def _end_sessions(person: User) -> None:
    """Sign the person out everywhere, for good: a later return asks for the password again."""
    Token.objects.filter(user=person).delete()
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            session.delete()
