"""Delivers what waits for the endpoints: each row leased, called outside of any transaction, and marked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q

from correspondence.models import Attempt, Delivery, DeliveryState, Endpoint
from correspondence.webhooks.calling import Answer, call
from correspondence.webhooks.signing import OtherKey, headers

log = logging.getLogger("redress.webhooks")
# Longer than a call may take. Whoever dies with a delivery gives it back after this.
LEASE = timedelta(seconds=60)
# Deliveries on their way at once, house-wide: a slow receiver must never keep every worker from the sweep.
AT_ONCE = 1
SLICE = 10.0
ATTEMPTS, LONGEST_TRIED = 10, timedelta(days=3)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=6)
FIRST_REST, LONGEST_REST = timedelta(seconds=10), timedelta(minutes=5)


def deliver(clock: Callable[[], datetime], *, seconds: float = SLICE) -> int:
    """Deliver what waits, for this long, and return how much arrived.

    A process that dies between the receiver's yes and our mark delivers that one again, under the same webhook-id.
    """
    began, arrived = monotonic(), 0
    while monotonic() - began < seconds:
        outcome = _deliver_next(clock)
        if outcome is None:
            break
        arrived += outcome
    return arrived


def _deliver_next(clock: Callable[[], datetime]) -> bool | None:
    """Deliver what waits longest; return whether it arrived, None when nothing may be called now."""
    delivery = _lease(clock())
    if delivery is None:
        return None
    at = clock()
    try:
        signed = headers(delivery.endpoint, delivery.event, delivery.body, at=at)
    except OtherKey as refused:
        return _mark(delivery, Answer(None, "", str(refused), 0), at=at)
    answer = call(delivery.endpoint.address, delivery.body, signed)
    return _mark(delivery, answer, at=clock())


@transaction.atomic
def _lease(now: datetime) -> Delivery | None:
    """Take the delivery that waits longest, so that nobody else calls with it meanwhile."""
    if Delivery.objects.filter(state=DeliveryState.QUEUED, leased_until__gt=now).count() >= AT_ONCE:
        return None
    rested = Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=now)
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    # Another dispatcher's is skipped, not waited for.
    waiting = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("endpoint")
    waiting = waiting.filter(rested, free, state=DeliveryState.QUEUED, next_attempt_at__lte=now, endpoint__active=True)
    delivery = waiting.order_by("next_attempt_at", "pk").first()
    if delivery is None:
        return None
    delivery.lease, delivery.leased_until = uuid4(), now + LEASE
    delivery.attempts += 1
    delivery.save(update_fields=["lease", "leased_until", "attempts"])
    return delivery


@transaction.atomic
def _mark(delivery: Delivery, answer: Answer, *, at: datetime) -> bool:
    """Write down what came of it. Who lost the lease meanwhile writes the try only; the row is another's by now."""
    Attempt.objects.create(
        delivery=delivery, at=at, took_ms=answer.took_ms, status=answer.status, answer=answer.text, error=answer.error
    )
    mine = Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease)
    if answer.taken:
        marked = mine.update(state=DeliveryState.DELIVERED, delivered_at=at, lease=None, leased_until=None)
        Endpoint.objects.filter(pk=delivery.endpoint_id).exclude(failures=0).update(failures=0, rests_until=None)
        return bool(marked)
    given_up = int(delivery.attempts >= ATTEMPTS)
    mine.update(
        state=DeliveryState.DEAD if given_up else DeliveryState.QUEUED, lease=None, leased_until=None,
        next_attempt_at=at + wait_after(delivery.attempts),
    )  # fmt: skip
    # The whole endpoint rests: what waits behind this one would only spend its tries on the same trouble.
    failures = delivery.endpoint.failures + 1
    Endpoint.objects.filter(pk=delivery.endpoint_id).update(
        failures=F("failures") + 1, rests_until=at + min(FIRST_REST * 2 ** min(failures - 1, 10), LONGEST_REST)
    )
    # Of thousands that wait for a receiver that is gone, few are ever tried; none waits for ever.
    stale = Delivery.objects.filter(endpoint=delivery.endpoint_id, state=DeliveryState.QUEUED, lease=None)
    given_up += stale.filter(queued_at__lte=at - LONGEST_TRIED).update(state=DeliveryState.DEAD)
    if given_up:
        log.warning("%d deliveries to %s were given up: %s", given_up, delivery.endpoint.name, answer.error)
    return False


def wait_after(attempts: int) -> timedelta:
    """Return the time until the next try: 10 seconds, 40, about 3 minutes, 11, 43, then 3 and every 6 hours."""
    return min(FIRST_WAIT * 4 ** min(attempts - 1, 10), LONGEST_WAIT)
