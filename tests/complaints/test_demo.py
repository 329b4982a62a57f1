"""The demonstration is true: its stories are whole and its clocks follow from them."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import SettingsWrapper

from complaints.models import Complaint, State
from users.models import User

pytestmark = pytest.mark.django_db


def said(command: str, *words: str) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out)
    return out.getvalue()


def test_the_demonstration_has_cases_in_many_states_and_replays_without_a_difference() -> None:
    assert "25 complaints" in said("seed_demo")

    states = set(Complaint.objects.values_list("state", flat=True))
    assert {State.RECEIVED, State.INVESTIGATING, State.DECISION_REVIEW, State.RESPONDED, State.CLOSED} <= states
    assert ", 0 differences" in said("replay", "--check")


def test_a_second_time_adds_nothing() -> None:
    said("seed_demo")

    assert "nothing was added" in said("seed_demo")
    assert Complaint.objects.count() == 25


def test_every_role_has_an_account() -> None:
    said("seed_demo")

    accounts = said("demo_accounts")
    assert {line.split()[0] for line in accounts.splitlines()} == {"Admin", "Team", "Complaints", "Auditor"}
    assert User.objects.get(email="maeve.kelly@larkspur.example").check_password("redress-demo-2026")


def test_production_is_not_given_known_passwords(settings: SettingsWrapper) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="known password"):
        said("seed_demo")
    assert not User.objects.exists()
