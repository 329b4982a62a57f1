"""`manage.py take_bounce < mail`: take a delivery report that came back, as a mail server pipes it in."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand

from correspondence.bounces import take_report
from users import clock

LARGEST = 5 * 1024 * 1024


class Command(BaseCommand):
    help = "Read a delivery report (RFC 3464) from standard input; mark the address it is about."

    def handle(self, *args: object, **options: object) -> None:
        mail = take_report(sys.stdin.buffer.read(LARGEST), at=clock.now())
        # A mail server that gets an error bounces the bounce: what is not ours is no error.
        self.stdout.write(f"Marked {mail.to}." if mail else "This is no report of a mail of ours; nothing was changed.")
