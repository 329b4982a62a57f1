"""Published versions of the escalation policy."""

from __future__ import annotations

import pgtrigger
from django.db import models

from regulations.models import Published


class PolicyVersion(Published):
    """One published version of the escalation policy: immutable, for every escalation says by which it arose."""

    # What was shipped is version 1 and has no row until a second is published.
    version = models.PositiveIntegerField(unique=True)
    text = models.TextField(help_text="TOML.")

    class Meta:
        ordering = ["-version"]
        triggers = [
            # What an escalation arose by must be readable for ever.
            pgtrigger.Protect(name="policy_version_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Escalation policy, version {self.version}"


class PolicyFollowing(models.Model):
    """The work a publication leaves: every open complaint is looked at once, in their order; `place` is how far."""

    version = models.PositiveIntegerField(unique=True)
    place = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Following version {self.version}"
