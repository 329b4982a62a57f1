"""People, teams and roles."""

from __future__ import annotations

from datetime import time
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models


class Role(models.TextChoices):
    SPECIALIST = "specialist", "Complaints specialist"
    LEAD = "lead", "Team lead"
    ADMIN = "admin", "Admin"
    AUDITOR = "auditor", "Auditor (read only)"


def known_zone(value: str) -> None:
    """Refuse a name that is no IANA time zone."""
    if value not in available_timezones():
        raise ValidationError(f"{value} is not a time zone. Use a name such as Europe/Dublin.")


class Team(models.Model):
    """People who share a queue, in one centre, with its zone and working hours."""

    name = models.CharField(max_length=80, unique=True)
    centre = models.CharField(max_length=80)
    zone = models.CharField(max_length=64, default="Europe/London", validators=[known_zone])
    opens = models.TimeField(default=time(9))
    closes = models.TimeField(default=time(17, 30))

    class Meta:
        constraints = [
            # A team that closes before it opens would have no working hour to plan with.
            models.CheckConstraint(condition=models.Q(opens__lt=models.F("closes")), name="team_opens_before_it_closes")
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str, *, name: str, role: str, team: Team | None = None) -> User:
        """Create a person who can sign in with this e-mail address."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, role=role, team=team)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, *, name: str) -> User:
        """Create an admin: how the first person comes in (`manage.py createsuperuser`)."""
        return self.create_user(email, password, name=name, role=Role.ADMIN)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by e-mail, whatever the case it was typed in."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A member of staff."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.SPECIALIST)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    reports_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    zone = models.CharField(max_length=64, default="Europe/London", validators=[known_zone])
    is_active = models.BooleanField(default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            # A line that ends in itself would make an escalation climb for ever.
            models.CheckConstraint(condition=~models.Q(reports_to=models.F("id")), name="nobody_reports_to_themselves")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """The first letters of the first and last name."""
        words = self.name.split() or ["?"]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

    @property
    def is_lead(self) -> bool:
        return self.role == Role.LEAD

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN
