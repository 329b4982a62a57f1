"""The mail outbox, how people want to be told by mail, and addresses that mail does not reach."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.db import models

from correspondence.models.letters import Letter


class MailState(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    LISTED = "listed", "In a list"


class OutboundMail(models.Model):
    """One mail to send, written in the transaction that made it true; a worker sends it."""

    message_id = models.CharField(max_length=200, help_text="Stable: a repeat is recognised.")
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    body = models.TextField()
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, null=True, related_name="mails", db_index=False)
    # No index of their own: the one below begins with the person, and lists are asked for by their mails' page only.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False,
        help_text="A member of staff; several mails to one may become a list.",
    )  # fmt: skip
    listed_in = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="listed", db_index=False,
        help_text="The mail in whose list this one went out.",
    )  # fmt: skip
    # With defaults of the database too: a worker of the version before, or plain SQL, knows nothing of these.
    of_many = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How many mails it lists; 0 = it is itself."
    )
    urgent = models.BooleanField(
        default=False, db_default=False, help_text="A missed limit: at once, and first in a list."
    )
    gathers = models.BooleanField(
        default=False, db_default=False, help_text="It waited by its reader's choice, to come in a list."
    )
    state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease = models.UUIDField(null=True, help_text="Whose it is at the moment.")
    leased_until = models.DateTimeField(null=True, help_text="A sender that died gives it back then.")
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A constraint and not `unique=True`, which brings a second index for searches by beginning; nobody makes them.
            models.UniqueConstraint(fields=["message_id"], name="one_mail_per_message_id")
        ]
        indexes = [
            # The mails of a letter; what is told to staff has none, and comes by the hundred thousand.
            models.Index(fields=["letter"], condition=models.Q(letter__isnull=False), name="mail_of_a_letter"),
            # The dispatcher asks only for what still waits.
            models.Index(fields=["next_attempt_at"], condition=models.Q(state="queued"), name="mail_waiting"),
            # What went out to staff is purged by age.
            models.Index(
                fields=["created_at"],
                condition=models.Q(letter__isnull=True, state__in=["sent", "listed"]),
                name="mail_finished",
            ),
            # Which mails stand in a list, asked when the list is to go.
            models.Index(fields=["listed_in"], condition=models.Q(listed_in__isnull=False), name="mail_in_a_list"),
            # How much one person got lately; letters to customers are not in it.
            models.Index(
                fields=["person", "sent_at"],
                condition=models.Q(person__isnull=False, sent_at__isnull=False),
                name="mail_of_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class MailHow(models.TextChoices):
    EACH = "each", "Each at once"
    HOURLY = "hourly", "Once an hour, in a list"
    DAILY = "daily", "Once a day, in the morning, in a list"
    MISSED = "missed", "Only what was missed"


class MailWish(models.Model):
    """How one person wants to be told by mail. Without a row, the defaults stand. The bell has everything."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_wish")
    how = models.CharField(max_length=8, choices=MailHow.choices, default=MailHow.EACH)
    morning = models.TimeField(default=time(8), help_text="When the daily list comes, in the person's zone.")
    quiet_from = models.TimeField(default=time(20), help_text="From then on only what was missed is mailed.")
    quiet_until = models.TimeField(default=time(7), help_text="Until then. The same as from: no quiet hours.")

    def __str__(self) -> str:
        return f"{self.person}: {self.get_how_display()}"


class BadAddress(models.Model):
    """An address that mail does not reach. Nothing is sent to it until somebody clears it."""

    address = models.EmailField(unique=True, help_text="In lower case.")
    since = models.DateTimeField()
    reason = models.CharField(max_length=300, help_text="What the mail server or the delivery report said.")
    mail = models.ForeignKey(
        OutboundMail, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="The mail that showed it."
    )

    def __str__(self) -> str:
        return self.address
