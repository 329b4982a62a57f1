"""What another team or person is asked to do for a complaint, with a moment of its own by which it is due."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from complaints.models.case import Attachment
from complaints.models.complaint import Complaint
from users.models import Team


class Task(models.Model):
    """One question to one team or person. It gives them what is asked and the chosen files, and nothing else."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        ACCEPTED = "accepted", "Accepted"
        ANSWERED = "answered", "Answered"
        DECLINED = "declined", "Declined"
        CANCELLED = "cancelled", "Cancelled"

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="tasks")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="tasks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="tasks")
    what = models.TextField()
    files = models.ManyToManyField(Attachment, related_name="+", help_text="What those asked may read of the case.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tasks_asked")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="UTC; our own limit, never the law's.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    told = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How many steps of telling that it is overdue were taken."
    )
    check_at = models.DateTimeField(null=True, help_text="When the next step is due, UTC; null = no more.")
    words = models.TextField(blank=True, help_text="The answer, or why it was declined or cancelled.")

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            # Asked of everybody, nobody answers.
            models.CheckConstraint(
                condition=models.Q(team__isnull=True) ^ models.Q(person__isnull=True),
                name="a_task_is_asked_of_one_team_or_person",
            ),
            # A settled task says when; an open one has nothing to say yet.
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "accepted"], settled_at__isnull=True)
                | models.Q(state__in=["answered", "declined", "cancelled"], settled_at__isnull=False),
                name="a_settled_task_has_its_date",
            ),
        ]
        indexes = [
            # "My tasks", and whether a complaint may be closed: what is open, soonest first.
            models.Index(fields=["due_at"], condition=models.Q(settled_at__isnull=True), name="tasks_open"),
            # What is overdue and still has somebody to be told: asked for four times a second.
            models.Index(
                fields=["check_at"],
                condition=models.Q(settled_at__isnull=True, check_at__isnull=False),
                name="tasks_to_tell_of",
            ),
        ]

    def __str__(self) -> str:
        return f"Task for {self.asked_of}"

    @property
    def asked_of(self) -> str:
        """The name of the team or person."""
        return str(self.team or self.person)

    @property
    def is_open(self) -> bool:
        return self.settled_at is None
