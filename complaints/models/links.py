"""Which complaints belong together, as people said so, and which somebody said do not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Greatest, Least

from complaints.models.complaint import Complaint


class LinkKind(models.TextChoices):
    DUPLICATE = "duplicate", "Duplicate"
    SAME_INCIDENT = "same_incident", "Same incident"
    FOLLOW_UP = "follow_up", "Follow-up"
    OTHER = "other", "Other"
    SPLIT = "split", "Split"


# What people may say of two complaints. A split is not said but made.
SAID = [(kind.value, kind.label) for kind in LinkKind if kind != LinkKind.SPLIT]


class Link(models.Model):
    """Two complaints that belong together, why, and who said so."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=14, choices=LinkKind.choices)
    reason = models.CharField(max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            # A pair is linked once, whichever of the two it was said on.
            models.UniqueConstraint(
                Least("complaint", "other"), Greatest("complaint", "other"), name="one_link_per_pair"
            ),
            # A complaint linked to itself says nothing.
            models.CheckConstraint(
                condition=~models.Q(complaint=models.F("other")), name="a_link_is_between_two_complaints"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"


class Dismissal(models.Model):
    """Somebody looked at two complaints that seemed related, and said that they are not."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="dismissals")
    other = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="dismissed_from")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Said once of a pair, it is not asked again on either.
            models.UniqueConstraint(
                Least("complaint", "other"), Greatest("complaint", "other"), name="one_dismissal_per_pair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} is not related to {self.other_id}"
