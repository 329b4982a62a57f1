"""Fill an empty house with a firm and its complaints, to look around in."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.demo.build import make
from complaints.models import Complaint
from regulations.models import RuleVersion
from regulations.services import publish_shipped
from users.models import User


class Command(BaseCommand):
    help = "Make demonstration people and complaints; does nothing where people already work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="Also in production, where the passwords are known.")

    def handle(self, *, yes: bool, **options: object) -> None:
        if settings.PRODUCTION and not yes:
            raise CommandError("Demo accounts have a known password. Say --yes to make them in production.")
        if User.objects.exists() or Complaint.objects.exists():
            self.stdout.write("People already work here; nothing was added.")
            return
        now = timezone.now()
        if not RuleVersion.objects.exists():
            publish_shipped(at=now)
        count = make(now=now)
        self.stdout.write(f"Added a firm with {User.objects.count()} people and {count} complaints.")
