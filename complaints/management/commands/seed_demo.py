"""Fill an empty Redress with people and complaints to try it with."""

from __future__ import annotations

from argparse import ArgumentParser
from time import monotonic

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.demo.build import is_made, make
from complaints.models import Complaint
from regulations.models import RuleVersion


class Command(BaseCommand):
    help = "Make a demonstration firm with complaints in many states. Does nothing when it is there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="Also on a production installation.")
        parser.add_argument("--force", action="store_true", help="Also when there are complaints already.")

    def handle(self, *, yes: bool, force: bool, **options: object) -> None:
        if settings.PRODUCTION and not yes:
            raise CommandError(
                "This is a production installation. Demo people have a known password; add --yes if you mean it."
            )
        if is_made():
            self.stdout.write("The demonstration is there already; nothing was changed.")
            return
        if Complaint.objects.exists() and not force:
            self.stdout.write("There are complaints already, so no demonstration was added. Use --force to add it.")
            return
        if not RuleVersion.objects.exists():
            raise CommandError("No rules are published yet. Run load_rulebooks first.")
        start = monotonic()
        count = make(now=timezone.now())
        self.stdout.write(f"{count} complaints to try Redress with, in {monotonic() - start:.1f} s.")
