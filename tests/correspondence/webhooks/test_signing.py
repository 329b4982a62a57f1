"""Secrets that are stored nowhere, and signatures that a receiver can check with the standard's own recipe."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from correspondence.models import Endpoint
from correspondence.webhooks import endpoints
from correspondence.webhooks.dispatch import deliver
from correspondence.webhooks.signing import sign
from tests.conftest import AT
from tests.correspondence.webhooks.conftest import AnEndpoint
from tests.correspondence.webhooks.receiver import Receiver
from users.models import User

HOW_TO = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "webhooks.md"
# From the standard's own libraries (standard-webhooks, tests of every language).
SECRET, MESSAGE, STAMP = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = '{"test": 2432232314}'


def test_a_signature_is_the_standards_own() -> None:
    assert sign(SECRET, MESSAGE, STAMP, BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_receivers_example_in_the_documentation_believes_us_and_nobody_else() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL)
    told: dict[str, object] = {}
    exec(example, told)
    genuine = told["is_genuine"]
    headers = {
        "webhook-id": MESSAGE, "webhook-timestamp": str(STAMP), "webhook-signature": sign(SECRET, MESSAGE, STAMP, BODY)
    }  # fmt: skip

    def asked(body: str = BODY, secret: str = SECRET, now: float = STAMP, **other: str) -> bool:
        return genuine(secret, headers | other, body.encode(), now=now)  # type: ignore[operator,no-any-return]

    assert asked()
    assert asked(**{"webhook-signature": f"v1,bm9uc2Vuc2U= {headers['webhook-signature']}"})
    assert not asked(body=BODY + " ")
    assert not asked(secret="whsec_" + base64.b64encode(b"another").decode())
    assert not asked(now=STAMP + 600)
    assert not asked(**{"webhook-id": "msg_other"})
    assert not asked(**{"webhook-timestamp": str(STAMP + 1)})
    assert not asked(**{"webhook-signature": "v1,bm9uc2Vuc2U="})


def verified(secret: str, headers: dict[str, str], body: str) -> list[bool]:
    """The recipe, written down a second time."""
    key = base64.b64decode(secret.split("_")[1])
    said = ".".join([headers["webhook-id"], headers["webhook-timestamp"], body])
    expected = base64.b64encode(hmac.new(key, said.encode(), hashlib.sha256).digest()).decode()
    return [one == f"v1,{expected}" for one in headers["webhook-signature"].split(" ")]


@pytest.mark.django_db
def test_the_secret_that_was_shown_verifies_what_is_sent_and_stands_in_no_table(
    receiver: Receiver, an_admin: User
) -> None:
    endpoint, secret = endpoints.add(
        name="Ledger", kind="signed", address=receiver.address(), types=["clock.missed"], teams=[], active=True,
        actor=an_admin, at=AT,
    )  # fmt: skip
    endpoints.test_send(endpoint.pk, actor=an_admin, at=AT)

    deliver(lambda: AT)

    assert verified(secret, *receiver.taken[0]) == [True]
    assert receiver.taken[0][0]["webhook-timestamp"] == str(int(AT.timestamp()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT row::text FROM correspondence_endpoint AS row")
        (row,) = cursor.fetchone()
    assert secret.removeprefix("whsec_") not in row


@pytest.mark.django_db
def test_for_a_day_two_secrets_are_valid_then_only_the_new_one(
    an_endpoint: AnEndpoint, receiver: Receiver, an_admin: User
) -> None:
    endpoint = an_endpoint()
    _, first = endpoints.new_secret(endpoint.pk, actor=an_admin, at=AT - timedelta(days=3))
    _, second = endpoints.new_secret(endpoint.pk, actor=an_admin, at=AT)
    for hours in (1, 25):
        moment = AT + timedelta(hours=hours)
        endpoints.test_send(endpoint.pk, actor=an_admin, at=moment)
        deliver(lambda moment=moment: moment)  # type: ignore[misc]

    both, one = receiver.taken

    assert (verified(second, *both), verified(first, *both)) == ([True, False], [False, True])
    assert (verified(second, *one), verified(first, *one)) == ([True], [False])


@pytest.mark.django_db
def test_with_another_secret_key_nothing_goes_out_that_nobody_could_verify(
    an_endpoint: AnEndpoint, receiver: Receiver, an_admin: User, settings: Settings
) -> None:
    endpoint = an_endpoint()
    delivery = endpoints.test_send(endpoint.pk, actor=an_admin, at=AT)
    settings.SECRET_KEY = "another-key-" + "x" * 50

    assert deliver(lambda: AT) == 0

    assert receiver.taken == []
    assert "made with another SECRET_KEY" in delivery.tries.get().error
    endpoints.new_secret(endpoint.pk, actor=an_admin, at=AT)
    Endpoint.objects.update(rests_until=None)
    assert deliver(lambda: AT + timedelta(minutes=1)) == 1
