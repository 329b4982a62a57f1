"""Who read what only few may read, and when."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

from complaints.models.complaint import Complaint
from complaints.models.parties import Complainant


class Opening(models.Model):
    """One reading of the details of a vulnerable customer."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="openings")
    complainant = models.ForeignKey(Complainant, on_delete=models.PROTECT, related_name="openings", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        # Evidence that could be edited would be none.
        triggers = [pgtrigger.Protect(name="openings_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user} at {self.at:%Y-%m-%d %H:%M}"
