"""Say whom to sign in as."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from complaints.demo.build import PASSWORD, accounts


class Command(BaseCommand):
    help = "Print the demonstration accounts, one per role."

    def handle(self, **options: object) -> None:
        people = accounts()
        if not people:
            self.stdout.write("There are no demonstration accounts.")
            return
        width = max(len(person.get_role_display()) for person in people)
        for person in people:
            self.stdout.write(f"{person.get_role_display():{width}}  {person.email:30}  {PASSWORD}")
