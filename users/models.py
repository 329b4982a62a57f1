"""People, teams and roles."""

from __future__ import annotations

from datetime import time
from zoneinfo import available_timezones

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

from users.interface_languages import LANGUAGES


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
    language = models.CharField(
        max_length=5, choices=LANGUAGES, blank=True, help_text="Of their pages; empty = as their browser asks."
    )
    languages = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, help_text="Languages they write in, ISO 639-1."
    )
    skills = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, help_text="Products they know; empty = all."
    )
    classes = ArrayField(
        models.CharField(max_length=40), default=list, db_default=[], blank=True,
        help_text="Classes of complaint they may work, as the law calls them; empty = all.",
    )  # fmt: skip
    most_cases = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Most open cases at once; null = any."
    )
    authority_amount = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Most redress they may give; null = none given.",
    )
    authority_currency = models.CharField(
        max_length=3, blank=True, help_text="ISO 4217; empty while no amount is given."
    )
    opens_details = models.BooleanField(
        default=False, help_text="An admin who may open why a customer is vulnerable; owners and leads may anyway."
    )
    starts = models.TimeField(null=True, blank=True, help_text="When they begin, in their zone; null = as the team.")
    ends = models.TimeField(null=True, blank=True, help_text="When they stop, in their zone; null = as the team.")

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            # A line that ends in itself would make an escalation climb for ever.
            models.CheckConstraint(condition=~models.Q(reports_to=models.F("id")), name="nobody_reports_to_themselves"),
            # An amount without its currency could not be held against a redress, nor a currency without an amount.
            models.CheckConstraint(
                condition=models.Q(authority_amount__isnull=True, authority_currency="")
                | models.Q(authority_amount__isnull=False, authority_amount__gte=0) & ~models.Q(authority_currency=""),
                name="authority_is_an_amount_in_a_currency",
            ),
            # Half a shift could not be planned with.
            models.CheckConstraint(
                condition=models.Q(starts__isnull=True, ends__isnull=True)
                | models.Q(starts__isnull=False, ends__isnull=False, starts__lt=models.F("ends")),
                name="a_shift_starts_before_it_ends",
            ),
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


class Absence(models.Model):
    """Days on which somebody does not work, first and last included, on their own calendar."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    first_on = models.DateField()
    last_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True, help_text="Private: the person and the admins read it.")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True, help_text="When it was said that they work after all.")
    proposed_at = models.DateTimeField(null=True, help_text="When the lead was told of what falls due meanwhile.")

    class Meta:
        ordering = ["first_on", "pk"]
        constraints = [
            # An absence that ends before it begins would be none, and nobody would see why.
            models.CheckConstraint(
                condition=models.Q(first_on__lte=models.F("last_on")), name="an_absence_begins_before_it_ends"
            )
        ]
        indexes = [
            # What is asked each minute: absences that begin now and whose lead was not told yet.
            models.Index(
                fields=["first_on"],
                condition=models.Q(called_off_at__isnull=True, proposed_at__isnull=True),
                name="absences_to_propose_for",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.first_on} to {self.last_on}"

    @property
    def days(self) -> str:
        """The days in words: one, or from the first to the last."""
        if self.first_on == self.last_on:
            return f"{self.first_on:%-d %b %Y}"
        return f"{self.first_on:%-d %b} to {self.last_on:%-d %b %Y}"


class PersonChange(models.Model):
    """What an admin changed of a person: who, when, what before and what after. Rows are never changed."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="changes")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    before = models.JSONField(help_text="The changed fields alone; empty when the person was let in.")
    after = models.JSONField()

    class Meta:
        ordering = ["-at", "-pk"]
        # Evidence that could be edited would be none.
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.person} at {self.at:%Y-%m-%d %H:%M}"
