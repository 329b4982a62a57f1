"""How each way of telling somebody is doing: mail, the bell, webhooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from correspondence import mailbox
from correspondence.models import BadAddress, Delivery, DeliveryState, Endpoint, MailState, OutboundMail
from correspondence.models.webhooks import TEST
from escalations.models import Notice, Pulse

# What could go out and waits longer than this means that nothing goes out.
PATIENCE = timedelta(minutes=10)
FAILING = 3
# The pulse of who reads the mailbox for returned mail.
RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Channel:
    """The figures of one channel. None for an age: there is nothing to be old."""

    key: str
    name: str
    waiting: int
    oldest: timedelta | None
    given_up: int
    last: timedelta | None
    trouble: str = ""


def channels(now: datetime) -> list[Channel]:
    """Return how each channel is at this moment."""
    return [_mail(now), _bell(now), _webhooks(now)]


def metrics(seen: Sequence[Channel]) -> Iterator[str]:
    """Yield the figures as lines Prometheus reads; what has no age is left out."""
    told = (
        ("redress_channel_waiting", "What waits to be told, by channel.", [one.waiting for one in seen]),
        (
            "redress_channel_oldest_seconds",
            "Since when the oldest could go out.",
            [_seconds(one.oldest) or 0 for one in seen],
        ),
        ("redress_channel_given_up", "What was given up.", [one.given_up for one in seen]),
        ("redress_channel_last_seconds", "Since when nothing was told.", [_seconds(one.last) for one in seen]),
        (
            "redress_channel_trouble",
            "1 when the channel does not do its work.",
            [float(bool(one.trouble)) for one in seen],
        ),
    )
    for name, words, values in told:
        yield f"# HELP {name} {words}"
        yield f"# TYPE {name} gauge"
        for one, value in zip(seen, values, strict=True):
            if value is not None:
                yield f'{name}{{channel="{one.key}"}} {value:g}'


def _mail(now: datetime) -> Channel:
    seen = OutboundMail.objects.filter(state__in=[MailState.QUEUED, MailState.FAILED]).aggregate(
        waiting=Count("pk", filter=Q(state=MailState.QUEUED)),
        oldest=Min("next_attempt_at", filter=Q(state=MailState.QUEUED, next_attempt_at__lte=now)),
        given_up=Count("pk", filter=Q(state=MailState.FAILED)),
    )
    # By number and not by moment: that index is there, and the newest is near enough to the last.
    last = OutboundMail.objects.filter(state=MailState.SENT).order_by("-pk").values_list("sent_at", flat=True).first()
    oldest, marked = _age(seen["oldest"], now), BadAddress.objects.count()
    trouble = ""
    if oldest and oldest > PATIENCE:
        trouble = "Mail does not go out. See the outbox for what the mail server says, and that a worker runs."
    elif marked:
        trouble = f"{marked} address{'es are' if marked > 1 else ' is'} not reached. See Addresses under the outbox."
    elif mailbox.configured() and not Pulse.objects.filter(name=RETURNED, at__gt=now - PATIENCE).exists():
        trouble = "The mailbox for returned mail is not read. See the worker's log for what the mail server says."
    return Channel("mail", "Mail", seen["waiting"], oldest, seen["given_up"], _age(last, now), trouble)


def _bell(now: datetime) -> Channel:
    # A notice is there as soon as it is written: what waits is what nobody has read.
    last = Notice.objects.order_by("-pk").values_list("created_at", flat=True).first()
    unread = Notice.objects.filter(read_at=None)
    oldest = unread.order_by("pk").values_list("created_at", flat=True).first()
    return Channel("in_app", "The bell (unread)", unread.count(), _age(oldest, now), 0, _age(last, now))


def _webhooks(now: datetime) -> Channel:
    seen = Delivery.objects.filter(state__in=[DeliveryState.QUEUED, DeliveryState.DEAD]).aggregate(
        waiting=Count("pk", filter=Q(state=DeliveryState.QUEUED)),
        oldest=Min(
            "next_attempt_at",
            filter=Q(state=DeliveryState.QUEUED, next_attempt_at__lte=now, endpoint__active=True) & ~Q(type=TEST),
        ),
        given_up=Count("pk", filter=Q(state=DeliveryState.DEAD)),
    )
    arrived = Delivery.objects.filter(state=DeliveryState.DELIVERED).order_by("-pk")
    last = arrived.values_list("delivered_at", flat=True).first()
    failing = list(
        Endpoint.objects.filter(active=True, failures__gte=FAILING).order_by("name").values_list("name", flat=True)
    )
    trouble = f"{', '.join(failing)}: does not take what we tell. Its log under Webhooks says why." if failing else ""
    oldest = _age(seen["oldest"], now)
    if not trouble and oldest and oldest > PATIENCE:
        trouble = "Webhooks do not go out. See that a worker runs."
    return Channel("webhook", "Webhooks", seen["waiting"], oldest, seen["given_up"], _age(last, now), trouble)


def _age(moment: datetime | None, now: datetime) -> timedelta | None:
    return now - moment if moment else None


def _seconds(age: timedelta | None) -> float | None:
    return age.total_seconds() if age is not None else None
