"""The targets of a complaint: ours, not the law's. Rows projected from its story, in a table of their own."""

from __future__ import annotations

from django.db import models

from complaints.models.complaint import Complaint


class TargetStatus(models.TextChoices):
    RUNNING = "running", "Running"
    PAUSED = "paused", "Waiting"
    MET = "met", "Met"
    MISSED = "missed", "Missed"
    ENDED = "ended", "No longer applies"


class Target(models.Model):
    """Where one target of ours stands on one complaint. Nothing is sorted by it and nothing escalates."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="targets")
    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    started_by = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    ends_at = models.DateTimeField(null=True, help_text="The instant it is due, UTC; null while it stands still.")
    left = models.CharField(max_length=40, blank=True, help_text="What is left while it stands still.")
    status = models.CharField(max_length=8, choices=TargetStatus.choices, default=TargetStatus.RUNNING)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=24, blank=True)
    calendar = models.CharField(max_length=40, blank=True)
    calendar_version = models.PositiveIntegerField(default=1)
    sentence = models.TextField(blank=True)

    class Meta:
        ordering = ["ends_at", "id"]
        constraints = [
            # A target stands once on a complaint; a second row would be a second truth.
            models.UniqueConstraint(fields=["complaint", "key"], name="one_row_per_target_on_a_complaint")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.key})"

    @property
    def is_open(self) -> bool:
        """True while what it asks for is still to be done."""
        return self.status in {TargetStatus.RUNNING, TargetStatus.PAUSED}
