"""Say who can sign in to the demonstration, one account per role."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from complaints.demo.telling import read
from users.models import User


class Command(BaseCommand):
    help = "Print the demonstration accounts that are here."

    def handle(self, **options: object) -> None:
        told = read("firm.toml")
        shown = [one["email"] for one in told["person"] if one.get("shown")]
        people = {person.email: person for person in User.objects.filter(email__in=shown, is_active=True)}
        for email in shown:
            if person := people.get(email):
                self.stdout.write(f"{person.get_role_display():24} {email:32} {told['password']}")
