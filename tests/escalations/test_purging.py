"""What is finished goes after its time; what waits, was given up untold, is unread, or proves a letter, stays."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from pytest_django import Settings

from correspondence.models import Attempt, BadAddress, Delivery, DeliveryState, Endpoint, MailState, OutboundMail
from correspondence.purging import in_batches
from escalations.models import Notice
from escalations.purging import purge
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OLD = AT - 100 * DAY


def a_mail(name: str, **given: object) -> OutboundMail:
    told = {"state": MailState.SENT, "sent_at": OLD, "created_at": OLD, "next_attempt_at": OLD}
    return OutboundMail.objects.create(message_id=name, to="a@larkspur.example", subject=name, body="", **told | given)


def mails() -> set[str]:
    return set(OutboundMail.objects.values_list("message_id", flat=True))


def a_delivery(endpoint: Endpoint, **given: object) -> Delivery:
    told = {"state": DeliveryState.DELIVERED, "created_at": OLD, "queued_at": OLD, "next_attempt_at": OLD}
    delivery = Delivery.objects.create(endpoint=endpoint, event=uuid4(), type="clock.met", body="{}", **told | given)
    Attempt.objects.create(delivery=delivery, at=OLD, took_ms=3, status=200)
    return delivery


@pytest.fixture
def an_endpoint(an_admin: User) -> Endpoint:
    return Endpoint.objects.create(
        name="Ledger", address="https://example.com/", types=[], salt="0" * 64, fingerprint="0" * 16,
        created_by=an_admin, created_at=OLD,
    )  # fmt: skip


def test_old_logs_of_deliveries_go_and_what_waits_or_was_given_up_untold_stays(an_endpoint: Endpoint) -> None:
    gone = [a_delivery(an_endpoint), a_delivery(an_endpoint, state=DeliveryState.DEAD, told_at=OLD)]
    kept = [
        a_delivery(an_endpoint, state=DeliveryState.QUEUED), a_delivery(an_endpoint, state=DeliveryState.DEAD),
        a_delivery(an_endpoint, created_at=AT - 29 * DAY),
    ]  # fmt: skip

    assert purge(AT)["deliveries"] == len(gone)

    assert set(Delivery.objects.all()) == set(kept)
    assert Attempt.objects.count() == len(kept)


def test_old_mails_to_staff_go_and_those_that_wait_failed_or_carry_a_letter_stay(a_decided: Register) -> None:
    a_decided()
    OutboundMail.objects.exclude(letter=None).update(state=MailState.SENT, created_at=OLD)
    letters = mails()
    assert letters
    a_mail("sent"), a_mail("waits", state=MailState.QUEUED), a_mail("failed", state=MailState.FAILED)
    a_mail("young", created_at=AT - 89 * DAY)
    BadAddress.objects.create(address="b@larkspur.example", since=OLD, reason="gone", mail=a_mail("shows why"))

    assert purge(AT)["mails"] == 1

    assert mails() == letters | {"waits", "failed", "young", "shows why"}


def test_a_list_goes_after_the_mails_that_stand_in_it() -> None:
    listing = a_mail("list", of_many=2)
    for number in range(2):
        a_mail(f"in the list {number}", state=MailState.LISTED, listed_in=listing)

    assert purge(AT)["mails"] == 2
    assert mails() == {"list"}
    assert purge(AT)["mails"] == 1


def test_read_notices_go_and_unread_ones_stay_however_old(a_lead: User) -> None:
    for key, read in {"read": OLD, "just read": AT - DAY, "unread": None}.items():
        Notice.objects.create(user=a_lead, text=key, dedupe_key=key, created_at=OLD, read_at=read)

    assert purge(AT)["notices"] == 1

    assert set(Notice.objects.values_list("text", flat=True)) == {"just read", "unread"}


def test_nought_days_keep_everything(settings: Settings, an_endpoint: Endpoint) -> None:
    settings.KEEP_DELIVERIES_DAYS = settings.KEEP_MAIL_DAYS = settings.KEEP_NOTICES_DAYS = 0
    a_delivery(an_endpoint), a_mail("sent")

    assert purge(AT) == {"deliveries": 0, "mails": 0, "notices": 0}


def test_a_run_ends_however_much_there_is() -> None:
    for number in range(7):
        a_mail(f"mail {number}")

    assert in_batches(OutboundMail.objects.all(), "created_at", 30, AT, most=2, batch=2) == 4
    assert OutboundMail.objects.count() == 3
