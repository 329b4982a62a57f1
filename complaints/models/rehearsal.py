"""What a draft of the law would change: derived over the whole open book, kept as it goes."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from regulations.models import Draft


class Rehearsal(models.Model):
    """One rehearsal of one wording of a draft, against the law published when it was asked for.

    The row is also the work to be done: a worker takes its lock, derives one batch, and keeps the result and its
    place in the same transaction. Whoever takes the lock next goes on from there.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="rehearsals")
    text = models.TextField(help_text="The words that were rehearsed; the draft may be rewritten meanwhile.")
    enforced = models.BooleanField()
    text_digest = models.CharField(max_length=64, help_text="SHA-256 of the words and of whether they are acted on.")
    law_rules = models.BigIntegerField(help_text="The last rule version it was compared with.")
    law_calendars = models.BigIntegerField(help_text="The last calendar version it was compared with.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True, help_text="When the last batch was done.")
    finished_at = models.DateTimeField(null=True)
    place = models.BigIntegerField(default=0, help_text="The last complaint that was derived.")
    seen = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            # Asked twice, it is rehearsed once.
            models.UniqueConstraint(
                fields=["draft"], condition=models.Q(finished_at__isnull=True), name="one_running_rehearsal_per_draft"
            )
        ]
        indexes = [
            # The worker asks every two seconds whether anything is left to rehearse.
            models.Index(
                fields=["asked_at"], condition=models.Q(finished_at__isnull=True), name="rehearsals_to_go_on_with"
            )
        ]

    def __str__(self) -> str:
        return f"Rehearsal of {self.draft_id}"

    @property
    def is_done(self) -> bool:
        return self.finished_at is not None

    @property
    def percent(self) -> int:
        """How much of the book is derived, 0 to 100."""
        return 100 if self.is_done else min(99, 100 * self.seen // self.total) if self.total else 0

    @property
    def seconds(self) -> int:
        """How long it took, at least one second."""
        if self.started_at is None or self.finished_at is None:
            return 0
        return max(1, round((self.finished_at - self.started_at).total_seconds()))
