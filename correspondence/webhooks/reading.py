"""What the pages of endpoints show."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import Count, Max, Q, QuerySet

from correspondence.models import Delivery, DeliveryState, Endpoint, EndpointKind

PAGE = 50


@dataclass(frozen=True, slots=True)
class Log:
    """Some deliveries, newest first, and before which of them the next page begins (0: there is none)."""

    rows: list[Delivery]
    before: int


def endpoints() -> QuerySet[Endpoint]:
    """Return all endpoints with what waits for each, what was given up, and when one last arrived."""
    return Endpoint.objects.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=DeliveryState.QUEUED)),
        dead=Count("deliveries", filter=Q(deliveries__state=DeliveryState.DEAD)),
        last=Max("deliveries__delivered_at"),
    ).order_by("name")


def log_of(endpoint: Endpoint, *, state: str = "", before: int = 0) -> Log:
    """Return one page of the endpoint's deliveries, each with its tries."""
    found = endpoint.deliveries.defer("body").order_by("-pk").prefetch_related("tries")
    if state in DeliveryState.values:
        found = found.filter(state=state)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    return Log(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else 0)


def shown_address(endpoint: Endpoint) -> str:
    """Return the address; of a chat only its host, for who knows the rest may post there."""
    if endpoint.kind != EndpointKind.SLACK:
        return endpoint.address
    parts = urlsplit(endpoint.address)
    return f"{parts.scheme}://{parts.netloc}/…"
