"""Publish the rule packs and calendars that come with the product."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from regulations.engine import EngineError
from regulations.services import publish_shipped


class Command(BaseCommand):
    help = "Publish the shipped rule packs and calendars; what is published already stays as it is."

    def handle(self, **options: object) -> None:
        try:
            rules, calendars = publish_shipped(at=timezone.now())
        except EngineError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Published {rules} rule versions and {calendars} calendar versions.")
