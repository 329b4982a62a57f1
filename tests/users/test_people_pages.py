"""Admins look after people; nobody else does, and nobody is ever deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.authtoken.models import Token

from tests.conftest import AT, PASSWORD, a_person
from users.errors import NotAllowed, Refused
from users.models import Role, Team, User
from users.services import TAKEN, add_person, change_person

pytestmark = pytest.mark.django_db


def as_typed(person: User, **changed: Any) -> dict[str, Any]:
    """The form as the page fills it for this person, with some fields changed."""
    typed = {
        "name": person.name, "email": person.email, "role": person.role, "team": person.team_id or "",
        "reports_to": person.reports_to_id or "", "zone": person.zone, "is_active": "on",
    }  # fmt: skip
    return {key: value for key, value in (typed | changed).items() if value is not None}


def as_is(person: User, **changed: Any) -> dict[str, Any]:
    fields = ("email", "name", "role", "team", "reports_to", "zone", "is_active")
    return {field: getattr(person, field) for field in fields} | changed


def test_the_list_names_everybody_and_the_teams_with_their_hours(
    client: Client, an_admin: User, a_specialist: User, a_team: Team
) -> None:
    client.force_login(an_admin)

    page = client.get("/accounts/people").content.decode()

    assert "Maeve Kelly" in page and "Tom Okafor" in page
    assert "Europe/Dublin" in page and "09:00 to 17:30" in page


def test_an_admin_adds_a_person_who_can_sign_in(client: Client, an_admin: User, a_team: Team) -> None:
    client.force_login(an_admin)
    typed = {
        "name": "Zofia Nowak", "email": "Zofia@Larkspur.example", "role": "specialist", "team": a_team.pk,
        "reports_to": "", "zone": "Europe/Dublin", "is_active": "on", "password": PASSWORD,
    }  # fmt: skip

    assert client.post("/accounts/people/new", typed)["Location"] == "/accounts/people"

    assert User.objects.get(email="zofia@larkspur.example").team == a_team
    assert Client().login(username="zofia@larkspur.example", password=PASSWORD)


def test_a_first_password_is_held_to_the_rules(client: Client, an_admin: User) -> None:
    client.force_login(an_admin)
    typed = {
        "name": "Zofia Nowak",
        "email": "z@x.example",
        "role": "lead",
        "zone": "Europe/Dublin",
        "password": "1" * 14,
    }

    page = client.post("/accounts/people/new", typed).content.decode()

    assert "entirely numeric" in page
    assert not User.objects.filter(email="z@x.example").exists()


def test_two_people_cannot_sign_in_with_one_address(client: Client, an_admin: User, a_specialist: User) -> None:
    client.force_login(an_admin)

    answer = client.post(f"/accounts/people/{an_admin.pk}", as_typed(an_admin, email="MAEVE.KELLY@larkspur.example"))

    assert TAKEN in answer.content.decode()


def test_an_address_taken_a_moment_before_is_refused_in_words(an_admin: User, a_specialist: User) -> None:
    with pytest.raises(Refused, match="already signs in"):
        add_person(
            email=a_specialist.email, password=PASSWORD, name="Maeve", role=Role.LEAD, team=None, reports_to=None,
            zone="Europe/Dublin", actor=an_admin, at=AT,
        )  # fmt: skip


def test_a_person_who_leaves_is_kept(client: Client, an_admin: User, a_specialist: User) -> None:
    client.force_login(an_admin)

    client.post(f"/accounts/people/{a_specialist.pk}", as_typed(a_specialist, is_active=None))

    a_specialist.refresh_from_db()
    assert a_specialist.is_active is False
    assert "no longer" in client.get("/accounts/people").content.decode()


@pytest.mark.parametrize("change", [{"role": "lead"}, {"is_active": None}])
def test_the_last_admin_stays_one(client: Client, an_admin: User, change: dict[str, Any]) -> None:
    client.force_login(an_admin)

    answer = client.post(f"/accounts/people/{an_admin.pk}", as_typed(an_admin, **change))

    assert answer.status_code == 409
    assert "This is the last admin" in answer.content.decode()
    an_admin.refresh_from_db()
    assert (an_admin.role, an_admin.is_active) == (Role.ADMIN, True)


def test_with_another_admin_one_may_step_down(an_admin: User) -> None:
    other = a_person("sam@larkspur.example", "Sam Reid", Role.ADMIN, None)

    stepped = change_person(an_admin.pk, **as_is(an_admin, role=Role.LEAD), actor=other, at=AT)

    assert stepped.role == Role.LEAD


def test_an_admin_who_left_does_not_count(an_admin: User) -> None:
    other = a_person("sam@larkspur.example", "Sam Reid", Role.ADMIN, None)
    change_person(other.pk, **as_is(other, is_active=False), actor=an_admin, at=AT)

    with pytest.raises(Refused, match="last admin"):
        change_person(an_admin.pk, **as_is(an_admin, role=Role.LEAD), actor=an_admin, at=AT)


def test_no_reporting_line_runs_in_a_circle(an_admin: User, a_specialist: User, a_lead: User) -> None:
    with pytest.raises(Refused, match="would end up reporting to themselves"):
        change_person(a_lead.pk, **as_is(a_lead, reports_to=a_specialist), actor=an_admin, at=AT)


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.LEAD, Role.AUDITOR])
def test_only_an_admin_changes_people(a_lead: User, role: str) -> None:
    somebody = a_person("x@larkspur.example", "X", role, None)

    with pytest.raises(NotAllowed):
        change_person(a_lead.pk, **as_is(a_lead, role=Role.ADMIN), actor=somebody, at=AT)


def test_a_person_who_is_not_there_is_not_found(client: Client, an_admin: User) -> None:
    client.force_login(an_admin)

    assert client.get("/accounts/people/999999").status_code == 404


def test_who_comes_back_after_leaving_signs_in_anew(client: Client, an_admin: User, a_specialist: User) -> None:
    client.force_login(a_specialist)
    Token.objects.create(user=a_specialist)
    admins = {"name": a_specialist.name, "email": a_specialist.email, "role": a_specialist.role, "team": None}
    rest = {"reports_to": None, "zone": "Europe/Dublin", "actor": an_admin, "at": AT}

    change_person(a_specialist.pk, **admins, **rest, is_active=False)
    change_person(a_specialist.pk, **admins, **rest, is_active=True)

    assert client.get("/").status_code == 302
    assert not Token.objects.exists()
