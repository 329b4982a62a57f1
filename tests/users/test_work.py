"""What work a person can be given, and the record of what was changed of people."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError
from django.test import Client

from tests.conftest import AT
from users.changes import told
from users.errors import NotAllowed
from users.models import PersonChange, User
from users.services import change_person, change_work

pytestmark = pytest.mark.django_db
TYPED = {
    "languages": "EN, de", "skills": "Cards,  Payouts , Cards", "most_cases": "30", "authority_amount": "500",
    "authority_currency": "gbp", "starts": "08:00", "ends": "16:30",
}  # fmt: skip


def work(**changed: Any) -> dict[str, Any]:
    nothing = {"most_cases": None, "authority_amount": None, "authority_currency": "", "starts": None, "ends": None}
    return {"languages": [], "skills": [], **nothing, **changed}


def test_an_admin_says_what_work_a_person_can_be_given(client: Client, an_admin: User, a_specialist: User) -> None:
    client.force_login(an_admin)

    answer = client.post(f"/accounts/people/{a_specialist.pk}/work", TYPED)

    a_specialist.refresh_from_db()
    assert answer["Location"] == f"/accounts/people/{a_specialist.pk}/work"
    assert (a_specialist.languages, a_specialist.skills) == (["en", "de"], ["Cards", "Payouts"])
    assert (a_specialist.authority_amount, a_specialist.authority_currency) == (Decimal(500), "GBP")
    assert (a_specialist.most_cases, a_specialist.starts, a_specialist.ends) == (30, time(8), time(16, 30))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"languages": "German"}, "german is no language code"),
        ({"authority_currency": ""}, "both the amount and its currency"),
        ({"authority_amount": ""}, "both the amount and its currency"),
        ({"authority_amount": "-1"}, "greater than or equal to 0"),
        ({"authority_currency": "£££"}, "three letters"),
        ({"ends": ""}, "Give both times"),
        ({"ends": "07:00"}, "stops before it begins"),
        ({"most_cases": "-3"}, "greater than or equal to 0"),
        ({"skills": "x" * 121}, "too long"),
    ],
)
def test_what_could_not_be_worked_with_is_refused_in_words(
    client: Client, an_admin: User, a_specialist: User, typed: dict[str, str], said: str
) -> None:
    client.force_login(an_admin)

    answer = client.post(f"/accounts/people/{a_specialist.pk}/work", TYPED | typed)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    a_specialist.refresh_from_db()
    assert a_specialist.languages == []


def test_the_page_shows_who_changed_what_from_what_to_what(client: Client, an_admin: User, a_specialist: User) -> None:
    change_work(a_specialist.pk, **work(authority_amount=Decimal(100), authority_currency="EUR"), actor=an_admin, at=AT)
    client.force_login(an_admin)

    page = client.get(f"/accounts/people/{a_specialist.pk}/work").content.decode()

    assert "Redress authority" in page and "<td>nothing</td><td>100</td>" in page
    assert "Niamh Daly" in page and "Mon 1 Jun 2026, 09:15 UTC" in page


def test_only_what_differs_is_written_down(an_admin: User, a_specialist: User) -> None:
    for most in (5, 5, 6):
        change_work(a_specialist.pk, **work(most_cases=most), actor=an_admin, at=AT)

    changes = [told(change) for change in a_specialist.changes.order_by("pk")]
    assert changes == [[("Most cases at once", "", "5")], [("Most cases at once", "5", "6")]]


def test_a_change_of_role_is_in_the_record(an_admin: User, a_specialist: User) -> None:
    kept = {name: getattr(a_specialist, name) for name in ("email", "name", "team", "reports_to", "zone", "is_active")}

    change_person(a_specialist.pk, **kept, role="lead", actor=an_admin, at=AT)

    assert told(a_specialist.changes.get()) == [("Role", "specialist", "lead")]


def test_the_record_is_never_changed(an_admin: User, a_specialist: User) -> None:
    change_work(a_specialist.pk, **work(most_cases=5), actor=an_admin, at=AT)

    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        PersonChange.objects.update(after={})


def test_only_an_admin_says_what_work_somebody_gets(a_lead: User, a_specialist: User) -> None:
    with pytest.raises(NotAllowed):
        change_work(a_specialist.pk, **work(authority_amount=Decimal(1), authority_currency="GBP"), actor=a_lead, at=AT)


@pytest.mark.parametrize(
    "half", [{"authority_amount": 5}, {"authority_currency": "GBP"}, {"starts": time(9)}, {"ends": time(9)}]
)
def test_the_database_keeps_no_half_of_an_authority_or_a_shift(a_specialist: User, half: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=a_specialist.pk).update(**half)
