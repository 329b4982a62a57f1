"""The house says in time what somebody must look after."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection

from config.checks import (
    ends_soon,
    people_confirmed_the_calendars,
    production_has_its_own_settings,
    published_calendars_reach_far_enough,
)
from regulations.models import CalendarVersion

TODAY = date(2026, 11, 25)


def ids(messages: list[Any]) -> list[str]:
    return [message.id for message in messages]


def test_a_calendar_that_ends_within_400_days_is_a_warning() -> None:
    assert ids(ends_soon("Calendar IE", date(2027, 12, 30), today=TODAY)) == ["redress.W001"]
    assert ends_soon("Calendar IE", date(2027, 12, 31), today=TODAY) == []


@pytest.mark.django_db
def test_a_published_calendar_is_judged_by_its_newest_version() -> None:
    newest = CalendarVersion.objects.filter(key="IE").latest("version")
    fields = {"key": "IE", "weekend": newest.weekend, "closed": {}, "published_at": newest.published_at}
    CalendarVersion.objects.create(**fields, version=newest.version + 1, known_until=TODAY, digest="1" * 64)

    messages = published_calendars_reach_far_enough(databases=["default"])

    assert [message.msg for message in messages] == ["Calendar IE ends on 2026-11-25."]


@pytest.mark.django_db
def test_the_calendars_of_today_reach_far_enough() -> None:
    found = [one.id for one in run_checks(databases=["default"]) if str(one.id).startswith("redress.")]

    # Nobody has confirmed what was only generated; that is said until somebody does.
    assert found == ["redress.W003"]


def test_a_key_that_can_be_guessed_is_an_error(settings: Any) -> None:
    settings.SECRET_KEY = "short"

    assert "redress.E001" in ids(production_has_its_own_settings())


def test_servers_that_nobody_named_are_a_warning(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECRET_KEY = "k" * 60
    monkeypatch.setenv("DATABASE_URL", "postgres://redress@db/redress")
    monkeypatch.delenv("REDIS_URL", raising=False)

    messages = production_has_its_own_settings()

    assert [message.msg for message in messages if message.id == "redress.W002"] == ["REDIS_URL is not set."]


@pytest.mark.django_db
def test_before_a_migration_has_added_its_columns_nobody_is_asked_who_confirmed() -> None:
    assert ids(people_confirmed_the_calendars(["default"]))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE users_user DROP COLUMN opens_details")

    assert people_confirmed_the_calendars(["default"]) == []
