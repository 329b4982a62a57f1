"""The demonstration is true: its stories are whole and its clocks follow from them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from complaints.demo.build import found_firm, make
from complaints.demo.reading import firm, stories, taxonomy
from complaints.demo.steps import STEPS
from complaints.demo.when import later, received, weekdays_after
from complaints.models import Complaint, Entry, State
from complaints.models.complaint import UNANSWERED
from users.models import User

WEDNESDAY = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)


def said(command: str, *words: str) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_demonstration_has_cases_in_every_state_and_replays_without_a_difference() -> None:
    assert f"{len(stories())} complaints" in said("seed_demo")

    states = set(Complaint.objects.values_list("state", flat=True))
    assert set(State.values) - states == set()
    assert ", 0 differences" in said("replay", "--check")


@pytest.mark.django_db
def test_something_is_overdue_something_is_due_today_and_something_has_no_owner() -> None:
    make(now=WEDNESDAY)
    waiting = Complaint.objects.filter(state__in=UNANSWERED)

    assert waiting.filter(next_due_at__lt=WEDNESDAY).count() >= 3
    assert waiting.filter(next_due_at__gte=WEDNESDAY, next_due_at__lte=datetime(2026, 11, 26, 6, tzinfo=UTC)).exists()
    assert waiting.filter(owner__isnull=True).exists()


@pytest.mark.django_db
def test_no_story_reaches_into_the_future_on_the_first_night_of_a_year() -> None:
    now = datetime(2027, 1, 4, 0, 5, tzinfo=UTC)  # Monday in Dublin, still Sunday in New York

    make(now=now)

    assert not Entry.objects.filter(recorded_at__gt=now).exists()
    assert not Complaint.objects.filter(received_at__gt=now).exists()


@pytest.mark.django_db
def test_where_people_work_already_nothing_is_added() -> None:
    found_firm()

    assert "nothing was added" in said("seed_demo")
    assert not Complaint.objects.exists()


@pytest.mark.django_db
def test_every_role_has_an_account() -> None:
    found_firm()

    accounts = said("demo_accounts")
    assert [line.split()[0] for line in accounts.splitlines()] == ["Complaints", "Team", "Admin", "Auditor"]
    assert User.objects.get(email="maeve.kelly@larkspur.example").check_password("redress-demo-2026")


@pytest.mark.django_db
def test_without_a_demonstration_no_account_is_announced() -> None:
    assert said("demo_accounts") == ""


@pytest.mark.django_db
def test_production_is_not_given_known_passwords(settings: Any) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="known password"):
        said("seed_demo")
    assert not User.objects.exists()


def test_every_story_names_people_categories_and_steps_that_are_there() -> None:
    people = {one["key"] for one in firm()["person"]}
    respondents = {one["key"] for one in firm()["respondent"]}
    categories = {path[0] for path in taxonomy()}

    for story in stories():
        assert story.owner in people or story.by in people, story.subject
        assert story.respondent in respondents and story.category in categories, story.subject
        assert {step["do"] for step in story.steps} <= STEPS.keys(), story.subject


@pytest.mark.parametrize(
    ("count", "day"),
    [(0, date(2026, 11, 25)), (-3, date(2026, 11, 20)), (3, date(2026, 11, 30)), (-5, date(2026, 11, 18))],
)
def test_stories_are_counted_in_weekdays(count: int, day: date) -> None:
    assert weekdays_after(date(2026, 11, 25), count) == day


def test_a_saturday_counts_as_the_friday_before() -> None:
    assert weekdays_after(date(2026, 11, 28), 0) == date(2026, 11, 27)


def test_the_clock_of_a_story_is_the_respondents() -> None:
    first = received("1 09:00", zone="Australia/Sydney", now=WEDNESDAY)

    assert first == datetime(2026, 11, 24, 22, 0, tzinfo=UTC)  # it is Thursday in Sydney already


def test_what_lies_ahead_happens_now() -> None:
    first = received("0 09:00", zone="Europe/Dublin", now=WEDNESDAY)

    assert later("2 09:00", first=first, zone="Europe/Dublin", now=WEDNESDAY) == WEDNESDAY
