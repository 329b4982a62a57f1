"""The words of a complaint as search reads them, in a table of their own."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from complaints.models.complaint import Complaint


class Words(models.Model):
    """What a complaint is found by. Made of its reference, subject and narrative (`services/words.py`), never edited.

    On the complaint itself these indexes were written anew with every step, although no step changes a word.
    """

    complaint = models.OneToOneField(Complaint, on_delete=models.CASCADE, primary_key=True, related_name="words")
    said = SearchVectorField(help_text="The words of subject and narrative.")
    line = models.CharField(max_length=240, help_text="Reference and subject in capitals.")

    class Meta:
        indexes = [
            # Words of what was said. Trigrams of it would be twice as large and, for a typo, fifty times slower.
            GinIndex(fields=["said"], name="words_said"),
            # Any part of a reference, and a subject with a typo.
            GinIndex(fields=["line"], name="words_line", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.line
