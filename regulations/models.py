"""What the law demands, as rows: rule versions, calendar versions, and what a clock is made of."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models


class SourceStatus(models.TextChoices):
    PRIMARY = "primary", "Primary text read"
    SECONDARY = "secondary", "Needs legal sign-off"


class Published(models.Model):
    """When a version was published, by whom and why; nobody for what came with Redress."""

    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        abstract = True


class RuleVersion(Published):
    """One published version of one rule: immutable, cited, with the dates it governs."""

    rule = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    citation = models.CharField(max_length=300)
    source_status = models.CharField(max_length=10, choices=SourceStatus.choices)
    enforced = models.BooleanField()
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    definition = models.JSONField(help_text="The rule as its pack states it.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the definition, so that an edited pack is noticed.")

    class Meta:
        ordering = ["rule", "-version"]
        constraints = [
            # A clock pins (rule, version); two rows of one version could disagree.
            models.UniqueConstraint(fields=["rule", "version"], name="one_row_per_rule_version")
        ]
        triggers = [
            # A published version is what clocks were proved with: it never changes.
            pgtrigger.Protect(name="rule_version_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.rule}, version {self.version}"


class CalendarVersion(Published):
    """One version of a calendar: its weekend and its closed days, known until a date."""

    key = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    weekend = models.JSONField(default=list)
    closed = models.JSONField(default=dict, help_text="ISO date to the name of the holiday.")
    hours = models.JSONField(default=dict, blank=True, help_text='Weekday to its windows: {"mon": ["09:00-17:00"]}.')
    known_until = models.DateField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["key", "-version"]
        constraints = [
            # A clock pins (calendar, version); two rows of one version could disagree.
            models.UniqueConstraint(fields=["key", "version"], name="one_row_per_calendar_version")
        ]
        triggers = [
            # A calendar that clocks were counted with never changes; a new holiday is a new version.
            pgtrigger.Protect(name="calendar_version_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.key}, version {self.version}"


class CalendarConfirmation(models.Model):
    """A person compared one year of a calendar with the official list: append-only.

    It stands for every version that has the same open days in that year, which `digest` tells.
    """

    key = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(help_text="The version that was looked at.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the weekend and the closed days of the year.")
    compared_with = models.CharField(max_length=500, help_text="The official list: a link, or where it was printed.")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["key", "year", "-at", "-id"]
        indexes = [
            # The years of one calendar, newest look first.
            models.Index(fields=["key", "year", "-at"], name="confirmations_of_one")
        ]
        triggers = [
            # Who vouched for a year is evidence.
            pgtrigger.Protect(name="confirmations_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.year}, compared with {self.compared_with}"

    @property
    def link(self) -> str:
        """Return the official list's address; "" where none was given."""
        return self.compared_with if self.compared_with.startswith(("https://", "http://")) else ""


class TargetVersion(Published):
    """One published version of a target of our own: immutable, and no law."""

    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    definition = models.JSONField(help_text="The target as its text states it.")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["key", "-version"]
        constraints = [
            # A complaint pins the newest row; two rows of one version could disagree.
            models.UniqueConstraint(fields=["key", "version"], name="one_row_per_target_version")
        ]
        triggers = [
            # A replay derives with the version of then.
            pgtrigger.Protect(name="target_version_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.key}, version {self.version}"


class DraftKind(models.TextChoices):
    RULE = "rule", "Rule"
    CALENDAR = "calendar", "Calendar"
    TARGET = "target", "Target of ours"
    POLICY = "policy", "Escalation policy"


class DraftState(models.TextChoices):
    OPEN = "open", "Being written"
    PUBLISHED = "published", "Published"
    DISCARDED = "discarded", "Discarded"


class Draft(models.Model):
    """A change of a rule or a calendar that somebody writes and a second person publishes."""

    kind = models.CharField(max_length=8, choices=DraftKind.choices)
    key = models.CharField(max_length=60)
    state = models.CharField(max_length=9, choices=DraftState.choices, default=DraftState.OPEN)
    base_version = models.PositiveIntegerField(help_text="The version it was written from; 0 for what is new.")
    text = models.TextField(help_text="TOML, as in a pack.")
    reason = models.TextField(blank=True)
    enforced = models.BooleanField(default=False, help_text="Whether the product acts on the rule.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_version = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-changed_at"]
        constraints = [
            # Two open drafts of one rule would overwrite each other when both are published.
            models.UniqueConstraint(
                fields=["kind", "key"], condition=models.Q(state="open"), name="one_open_draft_per_rule_or_calendar"
            ),
            # Four eyes: nobody publishes what they wrote.
            models.CheckConstraint(
                condition=models.Q(published_by__isnull=True) | ~models.Q(published_by=models.F("author")),
                name="a_second_person_publishes",
            ),
        ]

    def __str__(self) -> str:
        return f"Draft of {self.key}"


class Change(models.Model):
    """One act on the law, with what stood before and after: append-only, so that every change can be proved."""

    kind = models.CharField(max_length=8, choices=DraftKind.choices)
    key = models.CharField(max_length=60)
    act = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            # The history of one rule or calendar, newest first.
            models.Index(fields=["kind", "key", "-at"], name="changes_of_one")
        ]
        triggers = [
            # The record of changes is evidence.
            pgtrigger.Protect(name="changes_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.act}"


class ClockStatus(models.TextChoices):
    RUNNING = "running", "Running"
    MET = "met", "Met"
    MISSED = "missed", "Missed"
    ENDED = "ended", "No longer applies"
    HISTORY = "history", "History, outcome not in the data"


class AbstractClock(models.Model):
    """What a clock is: a projection of the story through one rule version and one calendar version.

    The room that owns the case adds the foreign key (docs/decisions/0004-where-clocks-hang.md).
    """

    rule = models.CharField(max_length=60)
    rule_version = models.PositiveIntegerField()
    obligation = models.CharField(max_length=40)
    kind = models.CharField(max_length=1, help_text="D duty, W window, F from, K keep.")
    title = models.CharField(max_length=120)
    rule_title = models.CharField(max_length=200, blank=True)
    citation = models.CharField(max_length=300)
    enforced = models.BooleanField()
    calendar = models.CharField(max_length=40, blank=True)
    calendar_version = models.PositiveIntegerField(default=1)
    trigger_on = models.DateField()
    due_on = models.DateField(null=True)
    ends_at = models.DateTimeField(null=True, help_text="The instant the limit ends, UTC.")
    latest_lawful_on = models.DateField(null=True)
    at_risk_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=8, choices=ClockStatus.choices, default=ClockStatus.RUNNING)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)
    sentence = models.TextField(blank=True)

    class Meta:
        abstract = True
