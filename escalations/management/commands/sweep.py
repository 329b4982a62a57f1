"""`manage.py sweep`: settle everything that is due, once, and say what was done."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from escalations.sweep import sweep
from users import clock


class Command(BaseCommand):
    help = "Escalate every clock that is at risk or missed. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", help="Sweep as of this moment, such as 2026-11-25T09:00:00+00:00.")

    def handle(self, *args: object, **options: object) -> None:
        at = options["at"]
        done = sweep(_moment(str(at)) if at else clock.now())
        self.stdout.write(
            f"Looked at {done.complaints} complaints: {done.at_risk} at risk, {done.missed} missed, "
            f"{done.unassigned} unassigned, {done.set_aside} put aside."
        )


def _moment(words: str) -> datetime:
    """Return the moment, or say what one looks like."""
    try:
        moment = parse_datetime(words)
    except ValueError as error:
        raise CommandError(f"{words} is not a moment: {error}.") from error
    if moment is None or moment.tzinfo is None:
        raise CommandError(f"{words} is not a moment with its zone. Write it like 2026-11-25T09:00:00+00:00.")
    if settings.PRODUCTION and moment > clock.now():
        raise CommandError("A sweep of the future would record limits as missed that can still be met.")
    return moment
