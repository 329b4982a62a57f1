"""The mail outbox."""

from __future__ import annotations

from django.db import models

from correspondence.models.letters import Letter


class MailState(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"


class OutboundMail(models.Model):
    """One mail to send, written in the transaction that made it true; a worker sends it."""

    message_id = models.CharField(max_length=200, unique=True, help_text="Stable: a repeat is recognised.")
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    body = models.TextField()
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, null=True, related_name="mails")
    state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The dispatcher asks only for what still waits.
            models.Index(fields=["next_attempt_at"], condition=models.Q(state="queued"), name="mail_waiting")
        ]

    def __str__(self) -> str:
        return self.subject
