"""What is answered to addresses and bodies that no view can read."""

from __future__ import annotations

from errno import EACCES, ENOSPC

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from psycopg2.errors import DiskFull

from config.broken import handler500
from config.middleware import PlainWords
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


def a_database_without_room() -> OperationalError:
    error = OperationalError("could not extend file")
    error.__cause__ = DiskFull()
    return error


@pytest.mark.parametrize("error", [OSError(ENOSPC, "No space left on device"), a_database_without_room()])
def test_a_full_disk_is_called_a_full_disk(rf: RequestFactory, error: Exception) -> None:
    answer = PlainWords(lambda _: HttpResponse()).process_exception(rf.get("/"), error)

    assert answer is not None
    assert answer.status_code == 507
    assert "no room on the disk" in answer.content.decode()


def test_a_disk_that_is_full_before_any_view_is_called_so_too(rf: RequestFactory) -> None:
    try:
        raise OSError(ENOSPC, "No space left on device")
    except OSError:
        assert handler500(rf.get("/")).status_code == 507


def test_a_lost_database_and_another_fault_keep_their_own_words(rf: RequestFactory) -> None:
    words = PlainWords(lambda _: HttpResponse())
    lost = words.process_exception(rf.get("/"), OperationalError("connection refused"))

    assert lost is not None
    assert lost.status_code == 503
    assert words.process_exception(rf.get("/"), OSError(EACCES, "Permission denied")) is None
