"""What must be looked after before it hurts: calendars that end soon, and settings nobody set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.db import connections
from django.db.models import Model
from django.utils import timezone

from config import env
from regulations.calendars.generate import LAST_YEAR
from regulations.models import CalendarConfirmation, CalendarVersion
from regulations.studio.confirming import confirmed, spans, unconfirmed
from users.models import User

# The longest limits in business days run over a year; a calendar must reach further than they do.
HORIZON = timedelta(days=400)
LEAST_KEY = 50


@register()
def shipped_calendars_reach_far_enough(**_: Any) -> list[CheckMessage]:
    """Warn when the calendars that come with the product end within 400 days."""
    return ends_soon(
        "The set of calendars that comes with Redress", date(LAST_YEAR, 12, 31), today=timezone.now().date()
    )


@register(Tags.database)
def published_calendars_reach_far_enough(databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """Warn for each calendar whose newest published version ends within 400 days."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        # `migrate` asks before the tables are there.
        if CalendarVersion._meta.db_table not in connections[alias].introspection.table_names():
            continue
        # Only these columns: the check also runs before a migration has added new ones.
        rows = CalendarVersion.objects.using(alias).order_by("key", "version").values_list("key", "known_until")
        for key, until in dict(rows).items():
            found += ends_soon(f"Calendar {key}", until, today=timezone.now().date())
    return found


@register(Tags.database)
def people_confirmed_the_calendars(databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """Warn of the years from this one on for which nobody compared a calendar with the official list."""
    this_year = timezone.now().year
    waiting = []
    for alias in databases or ():
        if not all(stands_whole(alias, model) for model in (CalendarVersion, CalendarConfirmation, User)):
            continue
        rows = {row.key: row for row in CalendarVersion.objects.order_by("key", "version")}
        for key, years in confirmed(rows.values()).items():
            if found := unconfirmed(years, since=this_year):
                waiting.append(f"{key} {spans(found)}")
    if not waiting:
        return []
    hint = "Compare each with the official list, then confirm it under Studio, the calendar."
    return [Warning(f"Nobody has confirmed these calendars: {', '.join(waiting)}.", hint=hint, id="redress.W003")]


def stands_whole(alias: str, model: type[Model]) -> bool:
    """Say whether the table has every column the code knows: `migrate` also asks before it has added the newest."""
    connection, table = connections[alias], model._meta.db_table
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return False
        there = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    return {field.column for field in model._meta.concrete_fields} <= there


def ends_soon(name: str, until: date, *, today: date) -> list[CheckMessage]:
    """Return a warning when the calendar does not reach 400 days beyond today."""
    if until - today > HORIZON:
        return []
    hint = "Raise LAST_YEAR in regulations/calendars/generate.py, run it, and publish with load_rulebooks; or raise known_until in a draft."
    return [Warning(f"{name} ends on {until}.", hint=hint, id="redress.W001")]


@register(Tags.security, deploy=True)
def production_has_its_own_settings(**_: Any) -> list[CheckMessage]:
    """Refuse a weak key, and warn of servers that were only guessed."""
    found: list[CheckMessage] = []
    key = str(settings.SECRET_KEY)
    if len(key) < LEAST_KEY or key.startswith("only-for-this-machine"):
        hint = "Set SECRET_KEY or SECRET_KEY_FILE to 50 random characters or more."
        found.append(Error("SECRET_KEY can be guessed, and with it every session.", hint=hint, id="redress.E001"))
    for name in ("DATABASE_URL", "REDIS_URL"):
        if not env.text(name):
            hint = "The default looks for a server on this machine."
            found.append(Warning(f"{name} is not set.", hint=hint, id="redress.W002"))
    if not settings.SMTP_HOST:
        found.append(Info("Without SMTP_HOST, letters are written to var/mail and reach nobody.", id="redress.I001"))
    return found
