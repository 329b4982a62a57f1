"""Say who can sign in to the demonstration, one account per role."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from complaints.demo.build import PASSWORD, accounts


class Command(BaseCommand):
    help = "Print the demonstration accounts that are here."

    def handle(self, **options: object) -> None:
        for person in accounts():
            self.stdout.write(f"{person.get_role_display():24} {person.email:32} {PASSWORD}")
