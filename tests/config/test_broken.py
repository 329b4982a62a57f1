"""What is answered to addresses and bodies that no view can read."""

from __future__ import annotations

import pytest
from django.test import Client

from users.models import User

pytestmark = pytest.mark.django_db
MORE_THAN_FITS = "x" * (6 * 1024 * 1024)


@pytest.mark.parametrize(
    "address",
    [
        "/?respondent=%00", "/rules/calendars/%00", "/escalations/raise/%00/", "/api/v1/complaints/?respondent=%00",
    ],
)  # fmt: skip
def test_an_address_with_a_nul_leads_nowhere(client: Client, a_lead: User, address: str) -> None:
    client.force_login(a_lead)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/escalations/assign/%00", "/escalations/reviews/%00/approve"])
def test_nothing_is_done_at_an_address_with_a_nul(client: Client, a_lead: User, address: str) -> None:
    client.force_login(a_lead)

    assert client.post(address, {"to": a_lead.pk, "version": 1}).status_code == 404


def test_a_form_larger_than_is_read_is_refused_in_a_sentence(client: Client, a_lead: User) -> None:
    client.force_login(a_lead)

    answer = client.post("/complaints/new", f"narrative={MORE_THAN_FITS}", "application/x-www-form-urlencoded")

    assert answer.status_code == 400
    assert "too large or cannot be read. Nothing was changed." in answer.content.decode()


def test_a_call_larger_than_is_read_is_refused_as_json(client: Client, a_lead: User) -> None:
    client.force_login(a_lead)

    answer = client.post("/api/v1/complaints/", f'{{"narrative": "{MORE_THAN_FITS}"}}', "application/json")

    assert answer.status_code == 400
    assert "too large" in answer.json()["detail"]
