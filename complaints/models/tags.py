"""Tags: words people put on complaints to find them together again."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from complaints.models.complaint import Complaint

LONGEST = 30


class Tag(models.Model):
    """One word or a few, written small, so that "Press" and "press" are one tag."""

    # The key itself: a name never changes, and PostgreSQL knows of each how many complaints have it when it plans.
    name = models.CharField(max_length=LONGEST, primary_key=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """A complaint found by a tag. What its row says is in the complaint; both are written together."""

    # Asked for by the two constraints below only.
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="taggings", db_index=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="taggings", db_index=False)
    is_open = models.BooleanField(help_text="Whether the complaint is open, so that years of history are not read.")

    class Meta:
        constraints = [
            # What one complaint has; tagged twice, it has the tag once.
            models.UniqueConstraint(fields=["complaint", "tag"], name="a_tag_stands_once_on_a_complaint")
        ]
        indexes = [
            # What has a tag, open and finished apart: read from the index alone, without the complaints.
            models.Index(fields=["tag", "is_open", "complaint"], name="tagged_by_whether_open")
        ]

    def __str__(self) -> str:
        return f"{self.complaint}: {self.tag}"
