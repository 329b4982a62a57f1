"""The admin's pages of endpoints."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from correspondence.models import Delivery, DeliveryState, Endpoint
from correspondence.webhooks import endpoints
from correspondence.webhooks.dispatch import deliver
from correspondence.webhooks.outbox import publish
from correspondence.webhooks.signing import fingerprint_of
from tests.conftest import AT
from tests.correspondence.webhooks.conftest import AnEndpoint
from tests.correspondence.webhooks.receiver import Receiver
from tests.correspondence.webhooks.test_dispatch import an_event
from users.models import Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, an_admin: User) -> Client:
    client.force_login(an_admin)
    return client


def a_form(receiver: Receiver, **given: object) -> dict[str, object]:
    told: dict[str, object] = {
        "name": "Ledger", "kind": "signed", "address": receiver.address(), "types": ["clock.missed", "clock.met"],
        "active": "on",
    }  # fmt: skip
    return told | given


def test_the_secret_is_shown_once_when_the_endpoint_is_added_and_nowhere_later(
    admin: Client, receiver: Receiver
) -> None:
    shown = admin.post("/webhooks/new", a_form(receiver)).content.decode()

    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", shown)
    endpoint = Endpoint.objects.get()
    assert (endpoint.types, endpoint.fingerprint) == (["clock.missed", "clock.met"], fingerprint_of(secret))
    for address in ("/webhooks/", f"/webhooks/{endpoint.pk}/", f"/webhooks/{endpoint.pk}/change"):
        assert "whsec_" not in admin.get(address).content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"address": "https://10.0.0.1/"},
            "10.0.0.1 leads to a private or reserved address. We call public addresses only.",
        ),
        ({"address": "http://example.com/"}, "The address must begin with https://."),
        ({"types": []}, "Choose at least one event."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_in_words_and_nothing_is_kept(
    admin: Client, receiver: Receiver, given: dict[str, object], words: str
) -> None:
    assert words in admin.post("/webhooks/new", a_form(receiver, **given)).content.decode()
    assert not Endpoint.objects.exists()


def test_two_endpoints_have_two_names(admin: Client, receiver: Receiver) -> None:
    admin.post("/webhooks/new", a_form(receiver))

    again = admin.post("/webhooks/new", a_form(receiver))

    assert (again.status_code, "Another endpoint has this name" in again.content.decode()) == (409, True)


def test_a_change_is_kept_and_the_secret_stays(
    admin: Client, an_endpoint: AnEndpoint, receiver: Receiver, a_team: Team
) -> None:
    endpoint = an_endpoint()

    admin.post(f"/webhooks/{endpoint.pk}/change", a_form(receiver, name="Board", teams=[a_team.pk], active=""))

    changed = Endpoint.objects.get()
    assert (changed.name, changed.active, changed.salt) == ("Board", False, endpoint.salt)
    assert list(changed.teams.all()) == [a_team]


def test_of_a_chat_only_the_host_is_shown(admin: Client, an_endpoint: AnEndpoint, receiver: Receiver) -> None:
    endpoint = an_endpoint(kind="slack", address=receiver.address("/T0/B0/whoever-knows-this-may-post"))

    for address in ("/webhooks/", f"/webhooks/{endpoint.pk}/"):
        page = admin.get(address).content.decode()
        assert "whoever-knows-this" not in page
        assert f"127.0.0.1:{receiver.port}/…" in page


def test_the_log_says_what_was_answered_in_words_that_cannot_be_markup(
    admin: Client, an_endpoint: AnEndpoint, receiver: Receiver
) -> None:
    endpoint = an_endpoint()
    receiver.answer = (500, {}, b"<script>alert(1)</script>")
    publish([an_event()], at=AT)
    deliver(lambda: AT)

    page = admin.get(f"/webhooks/{endpoint.pk}/").content.decode()
    one = admin.get(f"/webhooks/deliveries/{Delivery.objects.get().pk}/").content.decode()

    for shown in (page, one):
        assert "The receiver answered 500." in shown
        assert "&lt;script&gt;" in shown and "<script>alert" not in shown


def test_the_log_pages_on_and_asks_as_much_for_one_line_as_for_fifty(
    admin: Client, an_endpoint: AnEndpoint, django_assert_num_queries: object
) -> None:
    endpoint = an_endpoint()
    publish([an_event(number) for number in range(120)], at=AT)
    pages, before = [], ""
    while True:
        with django_assert_num_queries(6):  # type: ignore[operator]
            context = admin.get(f"/webhooks/{endpoint.pk}/{before}").context
        pages.append(len(context["log"].rows))
        if not context["log"].before:
            break
        before = f"?before={context['log'].before}"

    assert pages == [50, 50, 20]


def test_a_span_of_time_is_read_in_the_admins_own_zone(
    admin: Client, an_admin: User, an_endpoint: AnEndpoint, receiver: Receiver
) -> None:
    User.objects.filter(pk=an_admin.pk).update(zone="Asia/Tokyo")
    endpoint = an_endpoint()
    publish([an_event()], at=AT)
    deliver(lambda: AT)

    # 09:15 UTC is 18:15 in Tokyo.
    admin.post(f"/webhooks/{endpoint.pk}/replay", {"since": "2026-06-01T09:00", "until": "2026-06-01T10:00"})
    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    admin.post(f"/webhooks/{endpoint.pk}/replay", {"since": "2026-06-01T18:00", "until": "2026-06-01T18:30"})
    assert Delivery.objects.get().state == DeliveryState.QUEUED


@pytest.mark.parametrize("given", [{}, {"since": "2026-06-01T09:00"}, {"since": "soon", "until": "later"}])
def test_half_a_span_of_time_is_refused_in_words(admin: Client, an_endpoint: AnEndpoint, given: dict[str, str]) -> None:
    answer = admin.post(f"/webhooks/{an_endpoint().pk}/replay", given)

    assert (answer.status_code, "Say from when until when" in answer.content.decode()) == (409, True)


def test_a_test_and_a_replay_are_refused_while_the_endpoint_is_off(
    admin: Client, an_endpoint: AnEndpoint, an_admin: User
) -> None:
    endpoint = an_endpoint()
    waiting = endpoints.test_send(endpoint.pk, actor=an_admin, at=timezone.now() - timedelta(days=1))
    assert "waits already" in admin.post(f"/webhooks/deliveries/{waiting.pk}/replay").content.decode()
    Endpoint.objects.update(active=False)

    for address in (f"/webhooks/{endpoint.pk}/test", f"/webhooks/deliveries/{waiting.pk}/replay"):
        answer = admin.post(address)
        assert (answer.status_code, "switched off" in answer.content.decode()) == (409, True)


def test_a_second_new_secret_within_the_day_is_refused(admin: Client, an_endpoint: AnEndpoint) -> None:
    endpoint = an_endpoint()

    first, second = (admin.post(f"/webhooks/{endpoint.pk}/secret") for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 409)
    assert "Both secrets sign until" in first.content.decode()
