"""Who complains, and which of the firm's entities answers."""

from __future__ import annotations

from django.db import models

from users.models import Team, known_zone


class Respondent(models.Model):
    """A regulated entity of the firm: its regulator, zone and calendar decide which law counts."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    jurisdiction = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2 of its regulator.")
    zone = models.CharField(max_length=64, validators=[known_zone])
    entity_type = models.CharField(max_length=30, default="payment_institution")
    currency = models.CharField(max_length=3, default="GBP")
    close_of_business = models.TimeField(default="17:00")
    open_days = models.CharField(
        max_length=40, blank=True, help_text="Key of the calendar of days it is open; empty = the law's calendar."
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, help_text="Where its cases start.")

    def __str__(self) -> str:
        return self.name


class ComplainantClass(models.TextChoices):
    CONSUMER = "consumer", "Consumer"
    MICRO_ENTERPRISE = "micro_enterprise", "Micro-enterprise"
    SMALL_BUSINESS = "small_business", "Small business"
    OTHER_ELIGIBLE = "other_eligible", "Charity, trust or guarantor"
    LARGE_BUSINESS = "large_business", "Large business"


class Complainant(models.Model):
    """The person who complains. Personal data stays in this table and the narrative's."""

    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=40, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    classed_as = models.CharField(max_length=20, choices=ComplainantClass.choices, default=ComplainantClass.CONSUMER)
    vulnerable = models.BooleanField(default=False)
    vulnerability = models.CharField(max_length=200, blank=True, help_text="What to take care of, in a few words.")

    def __str__(self) -> str:
        return self.name
