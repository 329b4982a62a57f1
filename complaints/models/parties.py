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


class Need(models.TextChoices):
    LARGE_PRINT = "large_print", "Large print"
    PLAIN_WORDS = "plain_words", "Plain words"
    MORNING = "morning", "Call only in the morning"
    AFTERNOON = "afternoon", "Call only in the afternoon"
    EXTRA_TIME = "extra_time", "Extra time to reply"
    ONE_PERSON = "one_person", "One contact person"
    HELPER = "helper", "Somebody speaks for them"
    INTERPRETER = "interpreter", "Interpreter"


class Channels(models.TextChoices):
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    POST = "post", "Post"


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
    vulnerable = models.BooleanField(default=False, help_text="The mark all who handle the case see.")
    vulnerability = models.CharField(
        max_length=200, blank=True, help_text="Why: special category data. Few may open it, and each opening is kept."
    )
    # Defaults of the database too: rows are also written by COPY, which names only what it knows.
    needs = models.JSONField(
        default=list, db_default=[], help_text="What the work must do for them; all who handle the case see it."
    )
    not_by = models.JSONField(default=list, db_default=[], help_text="Channels they asked not to be reached by.")

    def __str__(self) -> str:
        return self.name

    @property
    def unwanted_letter(self) -> str:
        """What to mind before a letter goes to them by a channel they asked not to be reached by; "" otherwise."""
        channel, how = (Channels.EMAIL, "by e-mail") if self.email else (Channels.POST, "by post")
        if channel not in self.not_by:
            return ""
        return f"{self.name} asked not to be written to {how}, and this letter goes {how}."

    @property
    def needs_in_words(self) -> list[str]:
        """What the work must do for them, and by what they do not want to be reached."""
        needs, channels = dict(Need.choices), dict(Channels.choices)
        asked = [str(needs[key]) for key in self.needs if key in needs]
        return asked + [f"Not by {channels[key].lower()}" for key in self.not_by if key in channels]
