"""When people are away: who says so, who reads why, and what is refused in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.conftest import AT, a_person
from users.absences import call_off, record, standing
from users.errors import NotAllowed, Refused
from users.models import Absence, Role, Team, User

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 7, 14), date(2026, 7, 18)
FAR = {"first_on": "2027-07-14", "last_on": "2027-07-18"}


def away(person: User, actor: User, **told: Any) -> Absence:
    return record(person.pk, actor=actor, at=AT, **{"first_on": FIRST, "last_on": LAST, "reason": "", **told})


def test_somebody_says_themselves_when_they_are_away_and_why(client: Client, a_specialist: User) -> None:
    client.force_login(a_specialist)
    page = f"/accounts/people/{a_specialist.pk}/absences"

    answer = client.post(page, {**FAR, "reason": "Operation"})

    assert answer["Location"] == page
    shown = client.get(page).content.decode()
    assert "14 Jul to 18 Jul 2027" in shown and "Operation" in shown


def test_a_lead_plans_with_the_days_and_never_reads_why(client: Client, a_specialist: User, a_lead: User) -> None:
    Absence.objects.create(
        person=a_specialist, first_on=date(2027, 7, 14), last_on=date(2027, 7, 18), reason="Operation",
        recorded_by=a_specialist, recorded_at=AT,
    )  # fmt: skip
    client.force_login(a_lead)

    page = client.get(f"/accounts/people/{a_specialist.pk}/absences").content.decode()

    assert "14 Jul to 18 Jul 2027" in page and "Operation" not in page and 'name="reason"' not in page


def test_the_reason_is_not_kept_among_the_changes_of_a_person(a_specialist: User) -> None:
    away(a_specialist, a_specialist, reason="Operation")

    assert not a_specialist.changes.exists()


def test_nobody_else_sees_or_says_it(client: Client, a_specialist: User, a_team: Team) -> None:
    colleague = a_person("liam@x.example", "Liam Byrne", Role.SPECIALIST, a_team)
    client.force_login(colleague)

    assert client.get(f"/accounts/people/{a_specialist.pk}/absences").status_code == 404
    assert client.post(f"/accounts/people/{a_specialist.pk}/absences", FAR).status_code == 404
    with pytest.raises(NotAllowed):
        away(a_specialist, colleague)


def test_a_lead_of_another_team_is_no_lead_here(a_specialist: User) -> None:
    sydney = Team.objects.create(name="Payments Sydney", centre="Sydney")

    with pytest.raises(NotAllowed):
        away(a_specialist, a_person("s@x.example", "S", Role.LEAD, sydney))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"last_on": date(2026, 7, 13)}, "lies before the first"),
        ({"first_on": date(2026, 5, 1), "last_on": date(2026, 5, 2)}, "over already"),
        ({"last_on": date(2036, 7, 13)}, "Check the year"),
        ({"reason": "x" * 201}, "200 characters"),
    ],
)
def test_what_cannot_be_is_refused_in_words(a_specialist: User, told: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        away(a_specialist, a_specialist, **told)


def test_two_absences_never_overlap_until_one_is_called_off(a_specialist: User, a_lead: User) -> None:
    first = away(a_specialist, a_specialist)
    with pytest.raises(Refused, match="away 14 Jul to 18 Jul 2026 already"):
        away(a_specialist, a_lead, first_on=LAST, last_on=date(2026, 7, 20))

    call_off(a_specialist.pk, first.pk, actor=a_lead, at=AT)

    assert away(a_specialist, a_lead, first_on=LAST, last_on=date(2026, 7, 20)) in standing(a_specialist, since=FIRST)
    with pytest.raises(Refused, match="called off already"):
        call_off(a_specialist.pk, first.pk, actor=a_lead, at=AT)


def test_a_lead_does_not_write_somebodys_reason(a_specialist: User, a_lead: User) -> None:
    with pytest.raises(Refused, match="own to write"):
        away(a_specialist, a_lead, reason="Ill")


@pytest.mark.parametrize("typed", [{}, {"first_on": "soon", "last_on": "later"}, {"first_on": "2027-07-14"}])
def test_a_form_that_says_too_little_comes_back_with_words(
    client: Client, a_specialist: User, typed: dict[str, str]
) -> None:
    client.force_login(a_specialist)

    answer = client.post(f"/accounts/people/{a_specialist.pk}/absences", typed)

    assert answer.status_code == 422 and "field__error" in answer.content.decode()
    assert not Absence.objects.exists()
