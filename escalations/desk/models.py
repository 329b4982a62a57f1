"""How a team's desk is set, and work that is offered to another team."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from complaints.models import Complaint
from users.models import Team


class TeamDesk(models.Model):
    """How one team's desk is set. A team without a row has what a new row would have."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="desk")
    gives_by_itself = models.BooleanField(default=False, help_text="New arrivals nobody owns are given without asking.")
    a_day = models.PositiveSmallIntegerField(default=6, help_text="What one person can close in a day.")
    calendar = models.CharField(
        max_length=40, blank=True, default="",
        help_text="Key of the published calendar of the centre's days off; empty = Saturdays and Sundays alone.",
    )  # fmt: skip
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Desk of {self.team}"


class HandOverState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class HandOver(models.Model):
    """One complaint offered to another team, with a note. Until it is accepted nothing about the complaint changes."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="hand_overs")
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="Who owned it when it was offered; given to somebody else, the offer is void.",
    )  # fmt: skip
    from_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=1000)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=HandOverState.choices, default=HandOverState.WAITING)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            # Offered to two teams at once, it could be accepted by both.
            models.UniqueConstraint(
                fields=["complaint"], condition=models.Q(state="waiting"), name="one_waiting_hand_over"
            ),
            # Who declines says why: the giver has to do something about it.
            models.CheckConstraint(
                condition=~models.Q(state="declined") | ~models.Q(reason=""), name="a_declined_hand_over_has_its_reason"
            ),
        ]
        indexes = [
            # Both desks and every home ask for what still waits.
            models.Index(fields=["to_team", "asked_at"], condition=models.Q(state="waiting"), name="hand_overs_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.complaint} to {self.to_team}"
