"""`manage.py rebuild_search`: make the words complaints are found by again, for all of them."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.db import connection

from complaints.services.words import rebuild


class Command(BaseCommand):
    """Needed after text was written behind Redress, by SQL or a restored table; nothing is locked meanwhile."""

    help = "Make the words complaints are found by again."

    def handle(self, *args: object, **options: object) -> None:
        """Rebuild, say how far it is, and gather the statistics that misspelt words are corrected by."""
        done = rebuild(watch=lambda count: self.stdout.write(f"{count:,} complaints", ending="\r"))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE complaints_words")
        self.stdout.write(self.style.SUCCESS(f"The words of {done:,} complaints are up to date."))
