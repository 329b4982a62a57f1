"""A receiver, and an endpoint that calls it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from correspondence.models import Endpoint, EventType
from correspondence.webhooks import endpoints
from tests.conftest import AT
from tests.correspondence.webhooks.receiver import Receiver, a_receiver
from users.models import User

AnEndpoint = Callable[..., Endpoint]


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver on this machine, which only tests may call."""
    with a_receiver() as server:
        settings.WEBHOOK_TEST_TARGETS = server.targets
        yield server


@pytest.fixture
def an_endpoint(receiver: Receiver, an_admin: User) -> AnEndpoint:
    def build(**given: Any) -> Endpoint:
        told: dict[str, Any] = {
            "name": f"Endpoint {Endpoint.objects.count()}", "kind": "signed", "address": receiver.address(),
            "types": EventType.values, "teams": [], "active": True, "actor": an_admin, "at": AT,
        }  # fmt: skip
        return endpoints.add(**told | given)[0]

    return build
