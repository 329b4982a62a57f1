"""The law as people read it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from regulations.models import CalendarVersion, RuleVersion
from regulations.reading import calendar_name, closed_in, demands, place_of, year_of
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client, an_auditor: User) -> Client:
    client.force_login(an_auditor)
    return client


def page(reader: Client, path: str) -> str:
    answer = reader.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_rule_is_listed_with_its_source_and_its_standing(reader: Client) -> None:
    told = page(reader, "/rules/")

    for rule in RuleVersion.objects.all():
        assert rule.rule in told
    assert "DISP 1.5.1R, 1.6.1R, 1.6.2AR" in told
    assert "Shown, not enforced" in told and "Primary text read" in told
    assert "Holding response until" in told


def test_rules_are_listed_by_the_place_whose_law_they_are(reader: Client) -> None:
    told = page(reader, "/rules/")

    assert told.index("Australia") < told.index("Ireland") < told.index("United Kingdom")


@pytest.mark.parametrize("key", ["uk-disp-payments", "ie-cpc", "us-reg-e", "au-rg271-standard", "uk-fos-referral"])
def test_a_rule_says_what_it_demands(reader: Client, key: str) -> None:
    rule = RuleVersion.objects.filter(rule=key).latest("version")

    told = page(reader, f"/rules/{key}")

    for obligation in rule.definition["obligations"]:
        assert obligation["key"] in told


def test_a_rule_says_what_makes_its_limit_longer(reader: Client) -> None:
    assert "35 business days with a holding response sent within 15 business days" in page(
        reader, "/rules/uk-disp-payments"
    )


def test_every_published_rule_can_be_read() -> None:
    for rule in RuleVersion.objects.all():
        assert demands(rule.definition), rule.rule
        assert place_of(rule.rule) != "Elsewhere", rule.rule


def test_every_published_calendar_has_a_name() -> None:
    for calendar in CalendarVersion.objects.all():
        assert calendar_name(calendar.key) != calendar.key


def test_a_calendar_shows_a_year_with_its_named_days_and_its_horizon(reader: Client) -> None:
    told = page(reader, "/rules/calendars/GB-ENG?year=2026")

    assert "England and Wales, 2026" in told
    assert "Boxing Day" in told and "Fri 25 December" in told
    assert "Known until 31 December 2030" in told
    assert "?year=2025" in told and "?year=2027" in told


def test_the_calendars_are_listed_with_their_horizon(reader: Client) -> None:
    told = page(reader, "/rules/calendars")

    assert "Saturday and Sunday" in told and "31 December 2030" in told


@pytest.mark.parametrize(
    "path",
    [
        "/rules/no-such-rule",
        "/rules/calendars/NOWHERE",
        "/rules/calendars/IE?year=1999",
        "/rules/calendars/IE?year=2031",
    ],
)
def test_a_law_that_is_not_there_is_not_found(reader: Client, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_a_year_that_is_no_year_is_this_year(reader: Client) -> None:
    assert f", {date.today().year}" in page(reader, "/rules/calendars/IE?year=soon")


def test_a_holiday_on_a_weekend_is_shown_as_the_holiday_it_is() -> None:
    december = year_of(2026, weekend=["sat", "sun"], closed={"2026-12-26": "Boxing Day"})[11]

    cells = {cell.on: cell for week in december.weeks for cell in week if cell.on}

    assert (cells[date(2026, 12, 26)].kind, cells[date(2026, 12, 26)].name) == ("holiday", "Boxing Day")
    assert cells[date(2026, 12, 27)].kind == "weekend"
    assert cells[date(2026, 12, 28)].kind == "open"


def test_the_closed_days_of_a_year_come_in_order() -> None:
    closed = {"2027-01-01": "New Year", "2026-12-25": "Christmas", "2026-03-17": "St Patrick"}

    assert closed_in(2026, closed) == [(date(2026, 3, 17), "St Patrick"), (date(2026, 12, 25), "Christmas")]
