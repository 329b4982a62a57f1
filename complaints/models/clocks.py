"""The clocks of a complaint: rows projected from its story by the rule engine."""

from __future__ import annotations

from django.db import models

from complaints.models.complaint import Complaint
from regulations.models import AbstractClock, ClockStatus

# A limit up to which something may be done. That it passes is no breach.
OPTIONS = frozenset({"summary_resolution_cutoff", "holding_response"})


class Clock(AbstractClock):
    """One obligation of one rule on one complaint."""

    # No index of its own: the unique one below begins with the complaint.
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="clocks", db_index=False)
    check_at = models.DateTimeField(null=True, help_text="When the sweep must look again, UTC; null = never.")
    warned_at = models.DateTimeField(null=True, help_text="The at-risk moment that was escalated.")

    class Meta:
        ordering = ["ends_at", "id"]
        constraints = [
            # The engine gives at most one row per pair; a second would be a second truth.
            models.UniqueConstraint(
                fields=["complaint", "rule", "obligation"], name="one_clock_per_rule_and_obligation"
            )
        ]
        # No index on what the sweep changes (status, check_at, warned_at): it claims complaints, and reads their clocks by
        # the constraint above. A changed row then stays in its page, and no index is written at all.

    def __str__(self) -> str:
        return f"{self.title} ({self.rule})"

    @property
    def is_duty(self) -> bool:
        """True when the firm itself must act by the limit."""
        return self.kind == "D" and self.obligation not in OPTIONS

    @property
    def is_open(self) -> bool:
        """True while what the clock demands is still to be done, in time or late."""
        return self.status == ClockStatus.RUNNING or (self.status == ClockStatus.MISSED and self.settled_at is None)

    @property
    def is_owed(self) -> bool:
        """True for an enforced duty that is still to be done: people sort by it, the sweep watches it."""
        return self.is_duty and self.enforced and self.is_open and self.ends_at is not None
