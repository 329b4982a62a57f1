"""What an admin does: add an endpoint, change it, give it a new secret, try it, and replay what it missed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from correspondence.models import Delivery, DeliveryState, Endpoint
from correspondence.models.webhooks import TEST, EventType
from correspondence.webhooks.addresses import resolved, taken_apart
from correspondence.webhooks.outbox import Event, body_of
from correspondence.webhooks.signing import fingerprint_of, new_salt, secret_of
from users.errors import NotAllowed, NotVisible, Refused
from users.models import Team, User

log = logging.getLogger("redress.webhooks")
# Both secrets are valid so long; the receiver changes its own in between.
BOTH_VALID = timedelta(hours=24)
TAKEN = "Another endpoint has this name. Choose a different one."


@transaction.atomic
def add(
    *, name: str, kind: str, address: str, types: Sequence[str], teams: Sequence[Team], active: bool, actor: User,
    at: datetime,
) -> tuple[Endpoint, str]:  # fmt: skip
    """Add an endpoint; return it and its secret, which nobody is shown again."""
    _require_admin(actor)
    _check(address, types)
    salt = new_salt()
    secret = secret_of(salt)
    endpoint = Endpoint(
        name=name, kind=kind, address=address, types=_ordered(types), active=active, salt=salt,
        fingerprint=fingerprint_of(secret), created_by=actor, created_at=at,
    )  # fmt: skip
    _save(endpoint)
    endpoint.teams.set(teams)
    log.info("%s added the endpoint %s.", actor.email, name)
    return endpoint, secret


@transaction.atomic
def change(
    endpoint_id: int, *, name: str, kind: str, address: str, types: Sequence[str], teams: Sequence[Team],
    active: bool, actor: User, at: datetime,
) -> Endpoint:  # fmt: skip
    """Change what an endpoint is told and where. What waits goes to the new address; it starts afresh."""
    endpoint = _held(endpoint_id, actor)
    _check(address, types)
    endpoint.name, endpoint.kind, endpoint.address, endpoint.types = name, kind, address, _ordered(types)
    endpoint.active, endpoint.failures, endpoint.rests_until = active, 0, None
    _save(endpoint)
    endpoint.teams.set(teams)
    log.info("%s changed the endpoint %s.", actor.email, name)
    return endpoint


@transaction.atomic
def new_secret(endpoint_id: int, *, actor: User, at: datetime) -> tuple[Endpoint, str]:
    """Make a new secret; the one before signs as well for a day. Returns the endpoint and the secret."""
    endpoint = _held(endpoint_id, actor)
    if endpoint.old_until and at < endpoint.old_until:
        raise Refused("Two secrets are valid already. Wait until the older one ends, then make a new one.")
    endpoint.old_salt, endpoint.old_until = endpoint.salt, at + BOTH_VALID
    endpoint.salt = new_salt()
    secret = secret_of(endpoint.salt)
    endpoint.fingerprint = fingerprint_of(secret)
    endpoint.save(update_fields=["salt", "fingerprint", "old_salt", "old_until"])
    log.info("%s made a new secret for the endpoint %s.", actor.email, endpoint.name)
    return endpoint, secret


@transaction.atomic
def test_send(endpoint_id: int, *, actor: User, at: datetime) -> Delivery:
    """Put a test event into the outbox. It goes out as any other does."""
    endpoint = _held(endpoint_id, actor)
    if not endpoint.active:
        raise Refused("This endpoint is switched off. Switch it on, then send a test.")
    event = Event(TEST, "", None, at, {"endpoint": endpoint.pk}, "Redress: this is a test.", uuid4())
    # Somebody waits for it, so an endpoint that rests is called now.
    Endpoint.objects.filter(pk=endpoint.pk).update(rests_until=None)
    return Delivery.objects.create(
        endpoint=endpoint, event=event.id, type=TEST, body=body_of(event, endpoint.kind), created_at=at, queued_at=at,
        # Before all that waits: one more failure of those would make the endpoint rest again.
        next_attempt_at=endpoint.created_at - timedelta(seconds=1),
    )  # fmt: skip


@transaction.atomic
def replay(delivery_id: int, *, actor: User, at: datetime) -> Delivery:
    """Deliver one again: the same body under the same webhook-id, with a fresh signature."""
    delivery = Delivery.objects.filter(pk=delivery_id).first()
    if delivery is None:
        raise NotVisible("This delivery does not exist.")
    endpoint = _held(delivery.endpoint_id, actor)
    if not _again(endpoint.deliveries.filter(pk=delivery_id), endpoint, at=at):
        raise Refused("This delivery waits already. It goes out by itself.")
    return Delivery.objects.get(pk=delivery_id)


@transaction.atomic
def replay_range(
    endpoint_id: int, *, since: datetime, until: datetime, only_dead: bool, actor: User, at: datetime
) -> int:
    """Deliver everything of a span of time again, or what was given up in it; return how many."""
    endpoint = _held(endpoint_id, actor)
    if until <= since:
        raise Refused("The end must lie after the beginning.")
    within = endpoint.deliveries.filter(created_at__gte=since, created_at__lt=until)
    return _again(within.filter(state=DeliveryState.DEAD) if only_dead else within, endpoint, at=at)


def _again(deliveries: QuerySet[Delivery], endpoint: Endpoint, *, at: datetime) -> int:
    if not endpoint.active:
        raise Refused("This endpoint is switched off. Switch it on before anything is replayed.")
    Endpoint.objects.filter(pk=endpoint.pk).update(failures=0, rests_until=None)
    # Its time begins anew, and so do its tries; the log keeps the ones before.
    return deliveries.exclude(state=DeliveryState.QUEUED).update(
        state=DeliveryState.QUEUED,
        attempts=0,
        next_attempt_at=at,
        queued_at=at,
        told_at=None,
        lease=None,
        leased_until=None,
    )


def _held(endpoint_id: int, actor: User) -> Endpoint:
    _require_admin(actor)
    # Two admins at one endpoint: the second sees what the first did.
    endpoint = Endpoint.objects.select_for_update().filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotVisible("This endpoint does not exist.")
    return endpoint


def _save(endpoint: Endpoint) -> None:
    try:
        with transaction.atomic():
            endpoint.save()
    except IntegrityError as error:
        raise Refused(TAKEN) from error


def _check(address: str, types: Sequence[str]) -> None:
    if not types:
        raise Refused("Choose at least one event. An endpoint that is told of nothing is of no use.")
    resolved(taken_apart(address))


def _ordered(types: Sequence[str]) -> list[str]:
    return [one for one in EventType.values if one in types]


def _require_admin(actor: User) -> None:
    if not (actor.is_admin and actor.is_active):
        raise NotAllowed("Only an admin looks after endpoints.")
