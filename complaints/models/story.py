"""The story of a complaint: an append-only, hash-chained timeline. It is also the outbox."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pgtrigger
from django.conf import settings
from django.db import models

from complaints.models.complaint import Complaint


class Kind(models.TextChoices):
    RECEIVED = "received", "Received"
    IMPORTED = "imported", "Imported"
    TRIAGED = "triaged", "Triaged"
    ASSIGNED = "assigned", "Assigned"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    INVESTIGATION_STARTED = "investigation_started", "Investigation started"
    ASKED_CUSTOMER = "asked_customer", "Asked the customer"
    CUSTOMER_REPLIED = "customer_replied", "Customer replied"
    ASKED_THIRD_PARTY = "asked_third_party", "Asked a third party"
    THIRD_PARTY_REPLIED = "third_party_replied", "Third party replied"
    NOTED = "noted", "Noted"
    TAGGED = "tagged", "Changed the tags"
    HAPPENED = "happened", "Recorded what happened"
    ATTACHED = "attached", "Attached a file"
    FACTS_CHANGED = "facts_changed", "Changed facts"
    FINDING = "finding", "Recorded a finding"
    DECIDED = "decided", "Decided"
    LETTER_EDITED = "letter_edited", "Changed a letter"
    SENT_FOR_REVIEW = "sent_for_review", "Sent for review"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned with a comment"
    HOLDING_SENT = "holding_sent", "Sent a holding response"
    FINAL_SENT = "final_sent", "Sent the final response"
    ACCEPTED = "accepted", "Customer accepted the resolution"
    SUMMARY_SENT = "summary_sent", "Sent the summary resolution"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn by the customer"
    FORWARDED = "forwarded", "Forwarded to another firm"
    NOT_A_COMPLAINT = "not_a_complaint", "Found not to be a complaint"
    MERGED = "merged", "Merged into another complaint"
    UNMERGED = "unmerged", "Undid a merge"
    CARE_CHANGED = "care_changed", "Changed what the customer needs"
    TASK_ASKED = "task_asked", "Asked another team"
    TASK_ACCEPTED = "task_accepted", "Accepted a task"
    TASK_ANSWERED = "task_answered", "Answered a task"
    TASK_DECLINED = "task_declined", "Declined a task"
    TASK_CANCELLED = "task_cancelled", "Cancelled a task"
    SPLIT = "split", "Split in two"
    SPLIT_UNDONE = "split_undone", "Undid a split"
    LINKED = "linked", "Linked to another complaint"
    UNLINKED = "unlinked", "Removed a link"
    NOT_RELATED = "not_related", "Found not related"
    REOPENED = "reopened", "Reopened"
    WITH_OMBUDSMAN = "with_ombudsman", "Taken to the ombudsman"
    CLOCK_STARTED = "clock_started", "Clock started"
    CLOCK_MOVED = "clock_moved", "Clock moved"
    CLOCK_SETTLED = "clock_settled", "Clock settled"
    CLOCK_MISSED = "clock_missed", "Clock missed"
    CLOCK_ENDED = "clock_ended", "Clock no longer applies"
    ESCALATED = "escalated", "Escalated"
    ESCALATION_RESOLVED = "escalation_resolved", "Escalation resolved"


# What each kind of entry means to the law (vocabulary section 4). What is not here means nothing to it.
LAW_EVENT: dict[str, str] = {
    Kind.RECEIVED: "received",
    Kind.ACKNOWLEDGED: "acknowledged",
    Kind.ASKED_CUSTOMER: "information_requested",
    Kind.CUSTOMER_REPLIED: "information_received",
    Kind.HOLDING_SENT: "holding_response_sent",
    Kind.FINAL_SENT: "final_response_sent",
    Kind.ACCEPTED: "resolved_accepted",
    Kind.SUMMARY_SENT: "summary_resolution_sent",
    Kind.WITH_OMBUDSMAN: "ombudsman_complaint_received",
}


def chain(
    previous: str, *, seq: int, kind: str, occurred_at: datetime, recorded_at: datetime, actor: str, data: object
) -> str:
    """Return the SHA-256 that binds an entry to the one before it (hex, 64 characters)."""
    words = json.dumps(
        [previous, seq, kind, _utc(occurred_at), _utc(recorded_at), actor, data],
        sort_keys=True, separators=(",", ":"), ensure_ascii=False,
    )  # fmt: skip
    return hashlib.sha256(words.encode()).hexdigest()


def _utc(moment: datetime) -> str:
    # The database gives every moment back in UTC, whatever zone it was told in.
    return moment.astimezone(UTC).isoformat()


class Entry(models.Model):
    """One thing that happened, when it happened and when we knew."""

    # No index of its own: that of its place in the story begins with the complaint.
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="story", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=24, choices=Kind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]
        constraints = [
            # The chain has no forks: one entry per place.
            models.UniqueConstraint(fields=["complaint", "seq"], name="one_entry_per_place_in_the_story")
        ]
        indexes = [
            # What people did; what happened by itself, by the hundred thousand at midnight, is not in it.
            models.Index(fields=["actor"], condition=models.Q(actor__isnull=False), name="entries_of_a_person")
        ]
        triggers = [
            # The story is evidence. Nobody edits it, not even the ORM's update() or a bulk write.
            pgtrigger.Protect(name="story_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_at:%Y-%m-%d}"
