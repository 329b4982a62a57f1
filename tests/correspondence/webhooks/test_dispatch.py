"""The dispatcher of webhooks against a real receiver that says yes, no, or nothing; and one that dies."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from correspondence.models import Attempt, Delivery, DeliveryState, Endpoint
from correspondence.webhooks import endpoints
from correspondence.webhooks.dispatch import ATTEMPTS, LEASE, deliver, wait_after
from correspondence.webhooks.outbox import Event, publish
from tests.conftest import AT
from tests.correspondence.webhooks.conftest import AnEndpoint
from tests.correspondence.webhooks.receiver import Receiver, a_receiver
from users.models import User

MINUTE = timedelta(minutes=1)


def an_event(number: int = 1, **given: object) -> Event:
    told: dict[str, object] = {
        "type": "clock.missed", "reference": f"C-26-{number:06}", "team": None, "occurred_at": AT,
        "data": {"number": number}, "line": f"Missed: {number}",
    }  # fmt: skip
    return Event(**told | given)  # type: ignore[arg-type]


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.mark.django_db
def test_an_event_arrives_once_with_its_body_and_its_log(an_endpoint: AnEndpoint, receiver: Receiver) -> None:
    an_endpoint()
    publish([an_event()], at=AT)

    assert (deliver(at(AT)), deliver(at(AT))) == (1, 0)

    assert receiver.told == [
        {"version": 1, "type": "clock.missed", "timestamp": "2026-06-01T09:15:00Z", "data": {"number": 1}}
    ]
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.delivered_at, delivery.lease) == (DeliveryState.DELIVERED, AT, None)
    assert receiver.taken[0][0]["webhook-id"] == f"msg_{delivery.event.hex}"
    attempt = delivery.tries.get()
    assert (attempt.at, attempt.status, attempt.answer, attempt.error) == (AT, 200, "thank you", "")


@pytest.mark.django_db
def test_a_slack_compatible_endpoint_gets_one_line_of_text(an_endpoint: AnEndpoint, receiver: Receiver) -> None:
    an_endpoint(kind="slack")
    publish([an_event()], at=AT)

    deliver(at(AT))

    assert receiver.told == [{"text": "Missed: 1"}]


@pytest.mark.django_db
def test_a_receiver_that_fails_is_left_alone_for_longer_each_time_and_nothing_is_lost(
    an_endpoint: AnEndpoint, receiver: Receiver
) -> None:
    an_endpoint()
    receiver.answer = (500, {}, b"on fire")
    publish([an_event(1), an_event(2)], at=AT)

    deliver(at(AT)), deliver(at(AT + timedelta(seconds=9))), deliver(at(AT + timedelta(seconds=10)))

    # The first failed, the endpoint rested ten seconds, then the second was tried, not the first again.
    assert [told["data"]["number"] for told in receiver.told] == [1, 2]
    assert Endpoint.objects.get().rests_until == AT + timedelta(seconds=30)
    receiver.answer = (200, {}, b"fine")
    assert deliver(at(AT + 2 * MINUTE)) == 2
    assert [told["data"]["number"] for told in receiver.told] == [1, 2, 1, 2]
    assert (Endpoint.objects.get().failures, Endpoint.objects.get().rests_until) == (0, None)
    headers = [taken[0] for taken in receiver.taken]
    assert headers[0]["webhook-id"] == headers[2]["webhook-id"]
    assert headers[0]["webhook-signature"] != headers[2]["webhook-signature"]


@pytest.mark.django_db
def test_an_endpoint_that_fails_does_not_hold_up_another(an_endpoint: AnEndpoint, receiver: Receiver) -> None:
    dead = an_endpoint(name="Dead")
    Endpoint.objects.filter(pk=dead.pk).update(address="http://127.0.0.1:1/")
    an_endpoint(name="Fine")
    publish([an_event(number) for number in range(3)], at=AT)

    assert deliver(at(AT)) == 3

    assert Attempt.objects.filter(delivery__endpoint=dead).count() == 1


@pytest.mark.django_db
def test_the_waits_grow_and_the_tenth_no_is_the_last(an_endpoint: AnEndpoint, receiver: Receiver) -> None:
    an_endpoint()
    receiver.answer = (503, {}, b"")
    publish([an_event()], at=AT)
    moment = AT

    for _ in range(ATTEMPTS):
        deliver(at(moment))
        moment += timedelta(hours=7)

    assert [round(wait_after(n).total_seconds() / 60) for n in range(1, 9)] == [0, 1, 3, 11, 43, 171, 360, 360]
    assert (Delivery.objects.get().state, len(receiver.taken)) == (DeliveryState.DEAD, ATTEMPTS == 10 and 10)
    deliver(at(moment + timedelta(days=30)))
    assert len(receiver.taken) == 10


@pytest.mark.django_db
def test_behind_a_receiver_that_is_gone_nothing_waits_longer_than_three_days(
    an_endpoint: AnEndpoint, receiver: Receiver
) -> None:
    an_endpoint()
    receiver.answer = (404, {}, b"")
    publish([an_event(number) for number in range(20)], at=AT)
    publish([an_event(99)], at=AT + timedelta(days=2))

    deliver(at(AT + timedelta(days=3)))

    assert Delivery.objects.filter(state=DeliveryState.DEAD).count() >= 19
    assert Delivery.objects.get(reference="C-26-000099").state == DeliveryState.QUEUED


@pytest.mark.django_db
def test_what_waits_for_an_endpoint_that_was_switched_off_waits_on(an_endpoint: AnEndpoint, receiver: Receiver) -> None:
    endpoint = an_endpoint()
    publish([an_event()], at=AT)
    Endpoint.objects.filter(pk=endpoint.pk).update(active=False)
    publish([an_event()], at=AT)

    assert deliver(at(AT)) == 0

    assert Delivery.objects.get().attempts == 0


@pytest.mark.django_db
def test_who_lost_the_lease_does_not_mark_what_is_anothers_by_now(an_endpoint: AnEndpoint, receiver: Receiver) -> None:
    an_endpoint()
    publish([an_event()], at=AT)
    receiver.took = lambda: None
    taken_over = uuid4()

    moments = iter([AT, AT, AT + 2 * LEASE])

    def clock() -> datetime:
        moment = next(moments)
        if moment > AT:
            # Stopped in the middle for two minutes; meanwhile another dispatcher took it.
            Delivery.objects.update(lease=taken_over)
        return moment

    deliver(clock, seconds=0.0001)

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.lease, delivery.tries.count()) == (DeliveryState.QUEUED, taken_over, 1)


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_is_slow_holds_up_nobody_else(
    settings: Settings, receiver: Receiver, an_endpoint: AnEndpoint
) -> None:
    fine_are_told = threading.Event()
    with a_receiver() as slow:
        settings.WEBHOOK_TEST_TARGETS = receiver.targets | slow.targets
        an_endpoint(name="Slow", address=slow.address())
        # It answers when the other has everything: one at a time, house-wide, would never come to that.
        slow.took = lambda: fine_are_told.wait(timeout=2) or pytest.fail("the slow one held up the other")
        an_endpoint(name="Fine")
        receiver.took = lambda: fine_are_told.set() if len(receiver.taken) >= 5 else None
        publish([an_event(number) for number in range(6)], at=AT)

        assert deliver(at(AT)) == 12

        assert [told["data"]["number"] for told in slow.told] == list(range(6))
    assert [told["data"]["number"] for told in receiver.told] == list(range(6))


@pytest.mark.django_db(transaction=True)
def test_one_endpoint_is_never_called_twice_at_once(an_endpoint: AnEndpoint, receiver: Receiver) -> None:
    an_endpoint()
    publish([an_event(number) for number in range(10)], at=AT)
    here, clash = threading.Lock(), threading.Event()

    def stay() -> None:
        if not here.acquire(blocking=False):
            clash.set()
            return
        # Long enough for another call to come in, were there one.
        clash.wait(timeout=0.1)
        here.release()

    receiver.took = stay

    deliver(at(AT))

    assert not clash.is_set()
    assert [told["data"]["number"] for told in receiver.told] == list(range(10))


@pytest.mark.django_db(transaction=True)
def test_while_one_is_on_its_way_no_second_worker_calls(an_endpoint: AnEndpoint, receiver: Receiver) -> None:
    an_endpoint()
    publish([an_event(1), an_event(2)], at=AT)
    on_its_way, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        on_its_way.set()
        assert go_on.wait(timeout=10)

    receiver.took = hold

    def run() -> int:
        try:
            return deliver(at(AT))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(run)
        assert on_its_way.wait(timeout=10)
        second = pool.submit(run).result(timeout=10)
        go_on.set()

        assert (slow.result(timeout=10), second) == (2, 0)

    assert sorted(told["data"]["number"] for told in receiver.told) == [1, 2]


@pytest.mark.django_db
def test_a_replay_is_the_same_message_with_a_fresh_signature(
    an_endpoint: AnEndpoint, receiver: Receiver, an_admin: User
) -> None:
    an_endpoint()
    publish([an_event()], at=AT)
    deliver(at(AT))

    endpoints.replay(Delivery.objects.get().pk, actor=an_admin, at=AT + MINUTE)
    deliver(at(AT + MINUTE))

    (first, body), (second, again) = receiver.taken
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert first["webhook-signature"] != second["webhook-signature"]
    assert Delivery.objects.get().tries.count() == 2


@pytest.mark.django_db
def test_a_span_of_time_is_replayed_or_only_what_was_given_up_in_it(
    an_endpoint: AnEndpoint, receiver: Receiver, an_admin: User
) -> None:
    endpoint = an_endpoint()
    for number in range(4):
        publish([an_event(number)], at=AT + number * MINUTE)
    deliver(at(AT + 5 * MINUTE))
    Delivery.objects.filter(reference="C-26-000002").update(state=DeliveryState.DEAD)
    receiver.taken.clear()

    dead = endpoints.replay_range(
        endpoint.pk, since=AT, until=AT + 4 * MINUTE, only_dead=True, actor=an_admin, at=AT + 6 * MINUTE
    )
    everything = endpoints.replay_range(
        endpoint.pk, since=AT + MINUTE, until=AT + 3 * MINUTE, only_dead=False, actor=an_admin, at=AT + 6 * MINUTE
    )

    # The one that was given up waits already.
    assert (dead, everything) == (1, 1)
    assert deliver(at(AT + 6 * MINUTE)) == 2
    assert sorted(told["data"]["number"] for told in receiver.told) == [1, 2]


@pytest.mark.django_db
def test_a_test_is_sent_before_what_waits_for_a_receiver_that_fails(
    an_endpoint: AnEndpoint, receiver: Receiver, an_admin: User
) -> None:
    endpoint = an_endpoint()
    receiver.answer = (500, {}, b"")
    publish([an_event(number) for number in range(3)], at=AT)
    deliver(at(AT))

    endpoints.test_send(endpoint.pk, actor=an_admin, at=AT + timedelta(seconds=5))
    deliver(at(AT + timedelta(seconds=5)))

    assert [told["type"] for told in receiver.told] == ["clock.missed", "endpoint.test"]
