"""A process dies after any SQL statement: events stand or fall with what they tell of, and no delivery is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from complaints.services import case, response
from correspondence.models import Delivery, DeliveryState, EventType
from correspondence.webhooks import endpoints
from correspondence.webhooks.dispatch import LEASE, deliver
from correspondence.webhooks.outbox import Event, publish
from escalations.sweep import Swept, sweep_batch
from tests.conftest import AT, Register
from tests.correspondence.webhooks.receiver import Receiver, a_receiver
from tests.escalations.builders import complaints_with_a_clock
from tests.escalations.test_failpoints import NIGHT, Killed, die_after_each_statement, dying_after
from users.models import Team, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def receiver(settings: Settings, an_admin: User) -> Iterator[Receiver]:
    """A receiver with an endpoint that is told of everything."""
    with a_receiver() as server:
        settings.WEBHOOK_TEST_TARGETS = server.targets
        endpoints.add(
            name="All", kind="signed", address=server.address(), types=EventType.values, teams=[], active=True,
            actor=an_admin, at=AT,
        )  # fmt: skip
        yield server


def types() -> Counter[str]:
    return Counter(Delivery.objects.values_list("type", flat=True))


def test_an_acknowledgement_and_what_is_told_of_it_are_all_or_nothing(
    receiver: Receiver, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()
    case.triage(complaint.pk, category=complaint.category, actor=a_specialist, at=AT)
    Delivery.objects.all().delete()

    die_after_each_statement(lambda: response.acknowledge(complaint.pk, actor=a_specialist, at=AT))

    assert types() == {"clock.met": 1}


def test_a_sweep_and_what_is_told_of_it_are_all_or_nothing(
    receiver: Receiver, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    complaints_with_a_clock([NIGHT] * 3, owner=a_specialist, team=a_team)
    done: list[Swept] = []

    die_after_each_statement(lambda: done.append(sweep_batch(NIGHT)))

    assert done == [Swept(complaints=3, missed=3)]
    assert types() == {"clock.missed": 3, "escalation.raised": 3}


def test_a_dispatcher_that_dies_anywhere_gives_its_delivery_back(receiver: Receiver) -> None:
    deaths, now = 0, AT
    while True:
        publish([Event("clock.missed", "C-26-000001", None, AT, {}, "")], at=now)
        newest = Delivery.objects.latest("pk")
        try:
            with connection.execute_wrapper(dying_after(deaths + 1)):
                deliver(_at(now))
        except Killed:
            deaths += 1
        else:
            break
        # Until the lease is over it belongs to the one that died; then to whoever comes.
        now += LEASE + timedelta(seconds=1)
        deliver(_at(now))
        newest.refresh_from_db()
        assert newest.state == DeliveryState.DELIVERED, f"lost after statement {deaths}"
        now += LEASE

    assert deaths >= 5
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.DELIVERED}
    got = Counter(headers["webhook-id"] for headers, _ in receiver.taken)
    # Nothing is lost; what came twice was called and not yet marked when it died, and has one id.
    assert len(got) == Delivery.objects.count()
    assert max(got.values()) == 2


def _at(moment: datetime):  # type: ignore[no-untyped-def]
    return lambda: moment
