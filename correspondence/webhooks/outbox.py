"""The outbox of events: rows for the endpoints that want them, written in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from uuid import UUID, uuid4

from django.db import connection

from correspondence.models import Delivery, DeliveryState, Endpoint, EndpointKind

# The shape of the body. A field may be added within a version; taking one away or changing one makes the next.
VERSION = 1
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Event:
    """Something that other systems may be told of: numbers, states and moments, and nobody's name or words."""

    type: str
    reference: str
    team: int | None
    occurred_at: datetime
    data: dict[str, object]
    line: str
    id: UUID = field(default_factory=uuid4)


def publish(events: Iterable[Event], *, at: datetime) -> None:
    """Write what the active endpoints must be told. Costs one short question when there is none.

    The events are not even made then: hand over a generator.
    """
    wanting = [(one, set(one.types), {team.pk for team in one.teams.all()}) for one in _active()]
    if not wanting:
        return
    rows = (
        (endpoint.pk, event)
        for event in events
        for endpoint, types, teams in wanting
        if event.type in types and (not teams or event.team in teams)
    )
    kinds = {endpoint.pk: endpoint.kind for endpoint, _, _ in wanting}
    while batch := list(islice(rows, BATCH)):
        _write(batch, kinds, at=at)


def publish_to(name: str, events: Iterable[Event], *, at: datetime) -> None:
    """Write what one endpoint must be told by its name; what it is told of anyway is not written twice."""
    endpoint = Endpoint.objects.filter(active=True, name=name).prefetch_related("teams").first()
    if endpoint is None:
        return
    types, teams = set(endpoint.types), {team.pk for team in endpoint.teams.all()}
    rows = (
        (endpoint.pk, event) for event in events if not (event.type in types and (not teams or event.team in teams))
    )
    while batch := list(islice(rows, BATCH)):
        _write(batch, {endpoint.pk: endpoint.kind}, at=at)


def body_of(event: Event, kind: str) -> str:
    """Return what is sent: our JSON, or for a chat the one line it shows."""
    if kind == EndpointKind.SLACK:
        return json.dumps({"text": event.line})
    told = {"version": VERSION, "type": event.type, "timestamp": moment(event.occurred_at), "data": event.data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def moment(at: datetime | None) -> str | None:
    """Return the moment as receivers read it, in UTC; None when there is none."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _active() -> Iterator[Endpoint]:
    # Teams are a second question, asked only when there is somebody to ask it of.
    return iter(Endpoint.objects.filter(active=True).prefetch_related("teams").order_by("pk"))


def _write(rows: list[tuple[int, Event]], kinds: dict[int, str], *, at: datetime) -> None:
    """Write the rows in one statement: each column goes as one array, as in complaints/services/sets.py."""
    table = connection.ops.quote_name(Delivery._meta.db_table)
    events = [event for _, event in rows]
    with connection.cursor() as cursor:
        # The unique constraint makes a repeat of the same event harmless.
        cursor.execute(
            f"INSERT INTO {table} (endpoint_id, event, type, reference, body, state, attempts, next_attempt_at, created_at, queued_at)"  # noqa: S608
            " SELECT given.endpoint, given.event, given.type, given.reference, given.body, %s, 0, %s, %s, %s"
            " FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::text[])"
            " AS given (endpoint, event, type, reference, body) ON CONFLICT DO NOTHING",
            [
                DeliveryState.QUEUED, at, at, at, [endpoint for endpoint, _ in rows], [str(event.id) for event in events],
                [str(event.type) for event in events], [event.reference for event in events],
                [body_of(event, kinds[endpoint]) for endpoint, event in rows],
            ],
        )  # fmt: skip
