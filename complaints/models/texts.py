"""Standard texts that people pick while they write, and whom a note names."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models

from complaints.models.complaint import Complaint
from complaints.models.story import Entry


class Purpose(models.TextChoices):
    """What a text is for: the key of the step in which it is offered."""

    ASK_CUSTOMER = "ask_customer", "Question to the customer"
    NOTE = "note", "Note for colleagues"
    HOLDING = "send_holding_response", "Reason in a holding response"
    ASK_TASK = "ask_task", "Question to another team"
    ASK_THIRD_PARTY = "ask_third_party", "Question to a third party"


class StandardText(models.Model):
    """One version of a standard text. Its words never change: a change is the next version."""

    key = models.UUIDField(default=uuid4, help_text="The same for all versions of one text.")
    version = models.PositiveIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    is_offered = models.BooleanField(default=True, help_text="False: taken out of use.")
    purpose = models.CharField(max_length=24, choices=Purpose.choices)
    language = models.CharField(max_length=2, default="en", help_text="ISO 639-1.")
    name = models.CharField(max_length=60)
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["purpose", "language", "name", "-version"]
        constraints = [
            # Two admins who change one text at once would make the same version twice.
            models.UniqueConstraint(fields=["key", "version"], name="one_row_per_version_of_a_text"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(is_current=True), name="one_current_version_of_a_text"
            ),
            # In the list to choose from, two of one name could not be told apart.
            models.UniqueConstraint(
                fields=["purpose", "language", "name"],
                condition=models.Q(is_current=True, is_offered=True),
                name="one_offered_text_of_a_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Mention(models.Model):
    """A person named in a note. The room above finds the row and tells them."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="mentions")
    # No index of its own: the constraint below begins with the entry.
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="When it was seen to; null = they are still to be told.")

    class Meta:
        constraints = [
            # Named twice in one note, a person is told once.
            models.UniqueConstraint(fields=["entry", "user"], name="one_mention_per_note_and_person")
        ]
        indexes = [
            # Looked at with every sweep: only those not yet told are in it.
            models.Index(fields=["id"], condition=models.Q(told_at__isnull=True), name="mentions_to_tell")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.complaint}"
