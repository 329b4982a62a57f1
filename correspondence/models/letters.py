"""Letters to customers."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class LetterKind(models.TextChoices):
    ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement"
    QUESTION = "question", "Question to the customer"
    HOLDING_RESPONSE = "holding_response", "Holding response"
    SUMMARY_RESOLUTION = "summary_resolution", "Summary resolution communication"
    FINAL_RESPONSE = "final_response", "Final response"
    FORWARDING = "forwarding", "Final response: forwarded to another firm"


class LetterState(models.TextChoices):
    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    SENT = "sent", "Sent"


class Letter(models.Model):
    """A letter to a customer: blocks of words, each perhaps a clause the law requires."""

    kind = models.CharField(max_length=20, choices=LetterKind.choices)
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.DRAFT)
    case_reference = models.CharField(max_length=20, db_index=True, help_text="Our reference, printed on the letter.")
    template = models.CharField(max_length=60, help_text="Key of the letter template, such as gb.final_response.")
    language = models.CharField(max_length=8, default="en")
    sender_name = models.CharField(max_length=120)
    sender_firm = models.CharField(max_length=200)
    recipient_name = models.CharField(max_length=200)
    recipient_email = models.EmailField(blank=True)
    recipient_address = models.TextField(blank=True)
    dated = models.DateField()
    subject = models.CharField(max_length=200)
    blocks = models.JSONField(default=list, help_text="[{clause, heading, text}] in reading order.")
    words = models.JSONField(default=dict, help_text="What the placeholders stood for, for clauses put in later.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the words; an approval is bound to it.")
    pdf = models.BinaryField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A sent letter is evidence: it must have been kept as the customer got it.
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(pdf__isnull=False, sent_at__isnull=False),
                name="a_sent_letter_has_its_pdf",
            )
        ]
        indexes = [
            # How many acknowledgements went to one address lately.
            models.Index(
                Lower("recipient_email"), "sent_at",
                condition=models.Q(kind="acknowledgement", sent_at__isnull=False),
                name="acknowledgements_to_an_address",
            )
        ]  # fmt: skip
        triggers = [
            # What the customer got is evidence. Nobody edits it, not even the ORM's update() or a bulk write.
            pgtrigger.Protect(
                name="a_sent_letter_stays_as_it_was",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="sent"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.case_reference}"
