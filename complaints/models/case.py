"""The work on a complaint: findings, decision, review, attachments and drafts."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from complaints.models.complaint import Complaint
from complaints.models.taxonomy import Outcome, RedressKind, RootCause
from correspondence.models import Letter


class Finding(models.Model):
    """What was found on one point of the complaint, and why."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField()
    point = models.CharField(max_length=300)
    text = models.TextField()
    upheld = models.BooleanField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            # Letters cite points by number.
            models.UniqueConstraint(fields=["complaint", "number"], name="one_finding_per_number")
        ]

    def __str__(self) -> str:
        return f"Point {self.number}: {self.point}"


class Decision(models.Model):
    """Outcome, root cause and redress. The newest row of a complaint is its decision."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    reasons = models.TextField()
    root_cause = models.CharField(max_length=14, choices=RootCause.choices)
    redress_kind = models.CharField(max_length=14, choices=RedressKind.choices, default=RedressKind.NONE)
    redress_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(max_length=3)
    within_limit = models.BooleanField(
        default=True, help_text="Whoever decided it might give this much, then. If not, an approver must."
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [
            # Redress is money we pay; a negative amount would be a claim.
            models.CheckConstraint(condition=models.Q(redress_amount__gte=0), name="redress_is_not_negative")
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class Review(models.Model):
    """A second person's look at a decision and its letter, bound to the letter's exact words."""

    class Verdict(models.TextChoices):
        WAITING = "waiting", "Waiting"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned"

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="reviews")
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="+")
    letter_digest = models.CharField(max_length=64)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.WAITING)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    comment = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            # Four eyes: nobody approves their own letter.
            models.CheckConstraint(
                condition=models.Q(reviewer__isnull=True) | ~models.Q(reviewer=models.F("asked_by")),
                name="a_second_person_reviews",
            ),
            # One review at a time, so that an approval cannot be of another letter.
            models.UniqueConstraint(
                fields=["complaint"], condition=models.Q(verdict="waiting"), name="one_waiting_review"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} review of {self.complaint}"


class Attachment(models.Model):
    """A file of the case: type found from its content, size limited, only ever served as a download."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to="attachments/%Y/%m/")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """Words somebody has begun, kept on the server."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            # The newest words win; there is nothing to choose between.
            models.UniqueConstraint(fields=["complaint", "user", "purpose"], name="one_draft_per_person_and_purpose")
        ]

    def __str__(self) -> str:
        return f"Draft of {self.user}"
