"""Where the house calls out to: endpoints, what is to be delivered, and every try."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from users.models import Team


class EventType(models.TextChoices):
    REGISTERED = "complaint.registered", "A complaint was registered"
    STATE_CHANGED = "complaint.state_changed", "A complaint changed its state"
    CLOSED = "complaint.closed", "A complaint ended"
    AT_RISK = "clock.at_risk", "A clock is at risk"
    MISSED = "clock.missed", "A clock was missed"
    MET = "clock.met", "A clock was met"
    RAISED = "escalation.raised", "An escalation was raised"
    TAKEN = "escalation.taken", "An escalation was taken"
    RESOLVED = "escalation.resolved", "An escalation was resolved"


# What a test send is called. Nobody subscribes to it.
TEST = "endpoint.test"


class EndpointKind(models.TextChoices):
    SIGNED = "signed", "Signed JSON (Standard Webhooks)"
    SLACK = "slack", "Slack-compatible (one line of text)"


class Endpoint(models.Model):
    """An address outside the house that wants to be told of some events."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=EndpointKind.choices, default=EndpointKind.SIGNED)
    address = models.CharField(max_length=500, help_text="An https address. Who knows a Slack address may post to it.")
    types = ArrayField(models.CharField(max_length=40, choices=EventType.choices), help_text="What it is told of.")
    teams = models.ManyToManyField(Team, blank=True, related_name="+", help_text="Only their complaints; none = all.")
    active = models.BooleanField(default=True)
    salt = models.CharField(max_length=64, help_text="The secret is derived from it and SECRET_KEY; alone it is none.")
    fingerprint = models.CharField(max_length=16, help_text="Of the secret that was shown; another SECRET_KEY shows.")
    old_salt = models.CharField(max_length=64, blank=True, help_text="Of the secret before, while both are valid.")
    old_until = models.DateTimeField(null=True, help_text="Until when the secret before signs as well.")
    failures = models.PositiveIntegerField(default=0, help_text="Tries in a row that failed.")
    rests_until = models.DateTimeField(null=True, help_text="Not called before, after it failed.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    QUEUED = "queued", "Waits"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Given up"


class Delivery(models.Model):
    """One event for one endpoint, written in the transaction that made it true; a worker delivers it."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = models.UUIDField(help_text="The webhook-id: the same for every try and every replay.")
    type = models.CharField(max_length=40)
    reference = models.CharField(max_length=20, blank=True, help_text="The complaint it is about.")
    body = models.TextField(help_text="The very characters that are signed and sent.")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease = models.UUIDField(null=True, help_text="Whose it is at the moment.")
    leased_until = models.DateTimeField(null=True, help_text="A sender that died gives it back then.")
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField(help_text="Since when it waits: a replay waits anew.")
    delivered_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, help_text="When the admins were told that it was given up.")

    class Meta:
        constraints = [
            # An event reaches an endpoint as one row, however often it is written. Also the log's index.
            models.UniqueConstraint(fields=["endpoint", "event"], name="one_delivery_per_endpoint_and_event")
        ]
        indexes = [
            # The dispatcher asks, endpoint by endpoint, for the first that waits.
            models.Index(
                fields=["endpoint", "next_attempt_at", "id"], condition=models.Q(state="queued"), name="delivery_line"
            ),
            # Who looks whether another dispatcher is at work reads the few that are on their way.
            models.Index(
                fields=["leased_until"],
                condition=models.Q(state="queued", leased_until__isnull=False),
                name="delivery_on_its_way",
            ),
            # What is finished is purged by age.
            models.Index(
                fields=["created_at"], condition=models.Q(state__in=["delivered", "dead"]), name="delivery_finished"
            ),
            # The log of one endpoint, newest first.
            models.Index(fields=["endpoint", "-id"], name="delivery_log"),
            # The watch asks for what was given up and nobody was told of.
            models.Index(fields=["id"], condition=models.Q(state="dead", told_at=None), name="delivery_untold"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.reference}"


class Attempt(models.Model):
    """One try of a delivery, and what came back."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True, help_text="Null when no answer came.")
    answer = models.CharField(max_length=500, blank=True, help_text="The first characters of the answer.")
    error = models.CharField(max_length=300, blank=True, help_text="Why it failed, in words.")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.status or 'no answer'} {self.at:%Y-%m-%d %H:%M:%S}"
