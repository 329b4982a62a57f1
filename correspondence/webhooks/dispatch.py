"""Delivers what waits for the endpoints: each row leased, called outside of any transaction, and marked.

One dispatcher is at work at a time, house-wide, and calls several endpoints at once, one delivery each: a slow receiver
holds up nobody but itself, an endpoint is told in the order in which things happened unless a try fails, and never are
all workers kept from the sweep.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from correspondence.models import Attempt, Delivery, DeliveryState, Endpoint
from correspondence.webhooks.calling import Answer, call
from correspondence.webhooks.signing import OtherKey, headers

log = logging.getLogger("redress.webhooks")
# Longer than a call may take. Whoever dies with a delivery gives it back after this.
LEASE = timedelta(seconds=60)
# Endpoints called at once. They wait for the network, not for a processor.
AT_ONCE = 8
# Of all numbers PostgreSQL's advisory locks may have, the one under which deliveries are taken.
TURN = 7_301_884
SLICE = 10.0
ATTEMPTS, LONGEST_TRIED = 10, timedelta(days=3)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=6)
FIRST_REST, LONGEST_REST = timedelta(seconds=10), timedelta(minutes=5)


def deliver(clock: Callable[[], datetime], *, seconds: float = SLICE) -> int:
    """Deliver what waits, for this long, and return how much arrived.

    A process that dies between the receiver's yes and our mark delivers that one again, under the same webhook-id.
    """
    run, began, arrived = uuid4(), monotonic(), 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        on_their_way: dict[Future[Answer], Delivery] = {}
        while True:
            while len(on_their_way) < AT_ONCE and (delivery := _lease(run, clock())):
                on_their_way[_call(pool, delivery, at=clock())] = delivery
                if monotonic() - began >= seconds:
                    break
            if not on_their_way:
                return arrived
            # Only the calls are made elsewhere; whatever touches the database stays in this thread.
            finished, _ = wait(on_their_way, return_when=FIRST_COMPLETED)
            arrived += sum(_mark(on_their_way.pop(one), one.result(), at=clock()) for one in finished)
            if monotonic() - began >= seconds:
                return arrived + sum(_mark(one, call_.result(), at=clock()) for call_, one in on_their_way.items())


def _call(pool: ThreadPoolExecutor, delivery: Delivery, *, at: datetime) -> Future[Answer]:
    """Sign the delivery and send it on its way; what cannot be signed has its answer already."""
    try:
        signed = headers(delivery.endpoint, delivery.event, delivery.body, at=at)
    except OtherKey as refused:
        return pool.submit(Answer, None, "", str(refused), 0)
    return pool.submit(call, delivery.endpoint.address, delivery.body, signed)


@transaction.atomic
def _lease(run: UUID, now: datetime) -> Delivery | None:
    """Take what waits longest of the endpoints that nobody calls; nothing while another dispatcher is at work."""
    with connection.cursor() as cursor:
        # One takes at a time, and sees what the one before took: two at once would both call the same endpoint.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
    leased = Delivery.objects.filter(state=DeliveryState.QUEUED, leased_until__gt=now)
    if leased.exclude(lease=run).exists():
        return None
    # Endpoint by endpoint, each by the beginning of its own line: a hundred thousand that wait for one cost the others nothing.
    first = _waiting(now).filter(endpoint=OuterRef("pk")).order_by("next_attempt_at", "pk")
    rested = Q(rests_until=None) | Q(rests_until__lte=now)
    free = Endpoint.objects.filter(rested, active=True).exclude(pk__in=leased.values("endpoint"))
    turn = free.annotate(since=Subquery(first.values("next_attempt_at")[:1]), first=Subquery(first.values("pk")[:1]))
    chosen = turn.filter(first__isnull=False).order_by("since", "first").values_list("first", flat=True).first()
    # A person who replays it at this moment holds it; it waits a moment longer.
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("endpoint")
    delivery = rows.filter(pk=chosen).first() if chosen else None
    if delivery is None:
        return None
    delivery.lease, delivery.leased_until = run, now + LEASE
    delivery.attempts += 1
    delivery.save(update_fields=["lease", "leased_until", "attempts"])
    return delivery


def _waiting(now: datetime) -> QuerySet[Delivery]:
    """Return what may be tried now; the order is the caller's."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return Delivery.objects.filter(free, state=DeliveryState.QUEUED, next_attempt_at__lte=now)


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
