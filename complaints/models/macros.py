"""Macros: a named set of acts that leads keep, taken on a complaint in one go."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models


class Macro(models.Model):
    """One version of a macro. What it does never changes: a change is the next version."""

    key = models.UUIDField(default=uuid4, help_text="The same for all versions of one macro.")
    version = models.PositiveIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    is_offered = models.BooleanField(default=True, help_text="False: taken out of use.")
    name = models.CharField(max_length=60)
    step = models.CharField(max_length=24, blank=True, help_text="Key of the step it takes; empty = none.")
    tags = models.JSONField(default=list, help_text="Names of the tags it puts on.")
    tags_off = models.JSONField(default=list, help_text="Names of the tags it takes off.")
    # Texts change too: the macro means whichever version of the text is current when it runs.
    note_text = models.UUIDField(null=True, help_text="Key of the standard text it writes as a note.")
    question_text = models.UUIDField(null=True, help_text="Key of the standard text it asks the customer with.")
    gives_to_runner = models.BooleanField(default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", help_text="Whom it gives to."
    )
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            # Two leads who change one macro at once would make the same version twice.
            models.UniqueConstraint(fields=["key", "version"], name="one_row_per_version_of_a_macro"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(is_current=True), name="one_current_version_of_a_macro"
            ),
            # In the palette two of one name could not be told apart.
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(is_current=True, is_offered=True),
                name="one_offered_macro_of_a_name",
            ),
            models.CheckConstraint(
                condition=~models.Q(gives_to_runner=True, owner__isnull=False), name="a_macro_gives_to_one_person"
            ),
        ]

    def __str__(self) -> str:
        return self.name
