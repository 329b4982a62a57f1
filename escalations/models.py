"""What must happen without anyone asking: escalations, and notices to staff."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from complaints.models import Clock, Complaint
from correspondence.models import OutboundMail
from regulations.models import Draft


class Reason(models.TextChoices):
    UNASSIGNED = "unassigned", "Unassigned"
    AT_RISK = "at_risk", "At risk"
    MISSED = "missed", "Missed"
    REVIEW = "review", "Waiting for approval"
    MANUAL = "manual", "Raised by hand"
    UNDELIVERED = "undelivered", "Letter not delivered"
    SET_ASIDE = "set_aside", "Set aside by the sweep"


class EscalationState(models.TextChoices):
    OPEN = "open", "Open"
    TAKEN = "taken", "Taken"
    RESOLVED = "resolved", "Resolved"


class Escalation(models.Model):
    """One thing about one complaint that a lead must look at."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="escalations")
    # No index of its own: the constraint below begins with the clock.
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, null=True, related_name="escalations", db_index=False)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    threshold = models.CharField(max_length=40, default="", help_text="The rule of the policy that raised it.")
    policy = models.PositiveIntegerField(default=1, help_text="The version of the escalation policy it arose by.")
    severity = models.PositiveSmallIntegerField(help_text="1 low to 3 high.")
    state = models.CharField(max_length=8, choices=EscalationState.choices, default=EscalationState.OPEN)
    due_at = models.DateTimeField(null=True, help_text="The due moment this is about, UTC.")
    text = models.CharField(max_length=300, help_text="One sentence for the lead.")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="escalations"
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    watchers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", help_text="Who is told of every change of it."
    )
    level = models.PositiveSmallIntegerField(default=0, help_text="How often it climbed because nobody took it.")
    climbs_at = models.DateTimeField(null=True, help_text="When it goes up the line unless taken; null = no further.")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolution = models.TextField(blank=True)

    class Meta:
        constraints = [
            # One outcome per threshold and due moment: a repeated sweep finds the row already there.
            models.UniqueConstraint(
                fields=["clock", "threshold", "due_at"],
                condition=models.Q(clock__isnull=False),
                name="one_escalation_per_clock_threshold_and_due_moment",
            ),
            # A complaint is unassigned so long, or waits so long for review, once at a time.
            models.UniqueConstraint(
                fields=["complaint", "threshold"],
                condition=models.Q(clock__isnull=True, reason__in=["unassigned", "review"])
                & ~models.Q(state="resolved"),
                name="one_open_escalation_per_complaint_and_threshold",
            ),
        ]
        indexes = [
            # The lead's queue: what is open, severest and oldest first.
            models.Index(
                fields=["-severity", "occurred_at"], condition=~models.Q(state="resolved"), name="escalations_open"
            ),
            # What nobody took in time; taken and resolved ones are not in it.
            models.Index(
                fields=["climbs_at"],
                condition=models.Q(state="open", climbs_at__isnull=False),
                name="escalations_to_climb",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.complaint}"


class Notice(models.Model):
    """A line in somebody's in-app list, and the key that keeps it from coming twice."""

    # Notices are asked for by person only (the constraint begins with it), and a burst writes two per clock.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False)
    escalation = models.ForeignKey(
        Escalation, on_delete=models.CASCADE, null=True, related_name="notices", db_index=False
    )
    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, null=True, related_name="+", db_index=False,
        help_text="Null when it is about the house itself.",
    )  # fmt: skip
    text = models.CharField(max_length=300)
    # A default of the database too: rows are written by set, which name only what they know.
    page = models.CharField(
        max_length=200, blank=True, default="", db_default="",
        help_text="Where it leads, within this site; empty: to its escalation or its complaint.",
    )  # fmt: skip
    dedupe_key = models.CharField(max_length=160)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Clock + threshold + due moment: nobody is told the same thing twice.
            models.UniqueConstraint(fields=["user", "dedupe_key"], name="one_notice_per_person_and_key")
        ]
        indexes = [
            # The bell counts only what is unread.
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="notices_unread"),
            # What was read is purged by age.
            models.Index(fields=["read_at"], condition=models.Q(read_at__isnull=False), name="notices_read"),
        ]

    def __str__(self) -> str:
        return self.text


class SetAside(models.Model):
    """A complaint that the sweep could not settle, until it could or somebody mended it."""

    # One row per complaint: a second failure is another try, not another row.
    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, related_name="set_aside")
    since = models.DateTimeField()
    tried_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=1)
    error = models.CharField(max_length=500, help_text="What went wrong the last time, for an admin.")

    def __str__(self) -> str:
        return f"{self.complaint}: {self.error}"


class Undelivered(models.Model):
    """A mail that was given up, and that somebody was told of."""

    # No index of its own: the constraint below begins with the mail.
    mail = models.ForeignKey(OutboundMail, on_delete=models.CASCADE, related_name="+", db_index=False)
    given_up = models.DateTimeField(help_text="The mail's next_attempt_at then. Sent again, it can fail anew.")
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Two watchers tell of one failure once.
            models.UniqueConstraint(fields=["mail", "given_up"], name="one_telling_per_failure_of_a_mail")
        ]

    def __str__(self) -> str:
        return f"Mail {self.mail_id}, given up"


class Canary(models.Model):
    """A limit that nobody can keep, one every hour: when it has no outcome, real ones may have none either."""

    due_at = models.DateTimeField(unique=True, help_text="A full hour, UTC. Two watchers make one row.")
    outcome_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Canary of {self.due_at:%Y-%m-%d %H:%M}"


class Pulse(models.Model):
    """When something that runs by itself last ran to its end."""

    name = models.CharField(max_length=20, unique=True, help_text="One row per thing that runs.")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


class PolicyRehearsal(models.Model):
    """What a draft of the escalation policy would raise on the open book, beside what the policy in force will raise.

    The row is also the work to be done: a worker takes its lock, works out one batch, and keeps the result and its
    place in the same transaction.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="policy_rehearsals")
    text = models.TextField(help_text="The words that were rehearsed; the draft may be rewritten meanwhile.")
    base_version = models.PositiveIntegerField(help_text="The policy in force that it was compared with.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    place = models.BigIntegerField(default=0, help_text="The last complaint that was worked out.")
    seen = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            # Asked twice, it is rehearsed once.
            models.UniqueConstraint(
                fields=["draft"], condition=models.Q(finished_at__isnull=True), name="one_running_policy_rehearsal"
            )
        ]

    def __str__(self) -> str:
        return f"Rehearsal of draft {self.draft_id}"

    @property
    def percent(self) -> int:
        """How much of the book is worked out, 0 to 100."""
        return 100 if self.finished_at else min(99, 100 * self.seen // self.total) if self.total else 0
