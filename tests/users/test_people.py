"""People sign in by e-mail."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from users.models import Role, User

pytestmark = pytest.mark.django_db


def test_the_case_of_an_e_mail_address_does_not_matter() -> None:
    ana = User.objects.create_user("Ana@Larkspur.example", "a-long-password", name="Ana Sol", role=Role.LEAD)

    assert User.objects.get_by_natural_key("ANA@larkspur.EXAMPLE") == ana


def test_initials_are_of_the_first_and_last_name() -> None:
    assert User(name="Maeve Anne Kelly").initials == "MK"


@pytest.mark.django_db
def test_the_first_person_comes_in_by_the_command_and_is_an_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a-long-first-password")

    call_command("createsuperuser", "--noinput", "--email", "first@larkspur.example", "--name", "First Admin")

    assert User.objects.get(email="first@larkspur.example").role == Role.ADMIN
