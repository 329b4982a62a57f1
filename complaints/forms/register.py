"""A complaint typed by staff."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from complaints.forms.care import RESTRICTED, needs_field, not_by_field
from complaints.models import Category, Channel, Respondent, Source
from complaints.models.parties import ComplainantClass
from complaints.services.intake import NewComplainant
from users.languages import LANGUAGES
from users.models import User

EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
TOO_OLD = "Complaints are kept from 2015 on. Check the year."
IN_FUTURE = "This is in the future where the respondent is. Check the date and the time."
PARTS = [
    ("How it came in", ["respondent", "channel", "received_at"]),
    (
        "Who complains",
        ["name", "email", "phone", "address", "classed_as", "vulnerable", "needs", "not_by", "vulnerability"],
    ),
    ("What it is about", ["category", "subject", "narrative", "language", "amount", "mine"]),
]


class RegisterForm(forms.Form):
    """All that must be known to start the legal clocks, and how to reach the customer."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    respondent = forms.ModelChoiceField(
        Respondent.objects.order_by("name"), label="Respondent", empty_label="Choose the entity complained about",
        help_text="Its regulator decides which law counts.",
    )  # fmt: skip
    channel = forms.ChoiceField(choices=Channel.choices, label="Channel")
    received_at = forms.DateTimeField(
        label="Received",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Local time where the respondent is. The clocks count from this moment.",
        error_messages={"invalid": "Give a date and a time, such as 2026-11-23 14:10.", "required": "Say when it was received."},
    )  # fmt: skip
    name = forms.CharField(max_length=200, label="Customer's name")
    email = forms.EmailField(required=False, label="E-mail", help_text="Letters are mailed to this address.")
    phone = forms.CharField(max_length=40, required=False, label="Phone")
    address = forms.CharField(
        max_length=1000, required=False, label="Postal address", widget=forms.Textarea(attrs={"rows": 3})
    )
    classed_as = forms.ChoiceField(
        choices=ComplainantClass.choices, label="Kind of customer", help_text="Some limits protect only some customers."
    )
    vulnerable = forms.BooleanField(required=False, label="In a vulnerable situation")
    needs, not_by = needs_field(), not_by_field()
    vulnerability = forms.CharField(max_length=200, required=False, label="Details", help_text=RESTRICTED)
    category = forms.ModelChoiceField(
        Category.objects.all(), label="Product and issue", empty_label="Choose a product and an issue"
    )
    subject = forms.CharField(max_length=200, label="In one line")
    narrative = forms.CharField(
        max_length=50_000, label="In the customer's words", widget=forms.Textarea(attrs={"rows": 8})
    )
    language = forms.ChoiceField(
        choices=[("", "The usual one there"), *LANGUAGES.items()], required=False, label="Language",
        help_text="In which the customer is written to. Left alone, it is the one usual in the respondent's country.",
    )  # fmt: skip
    amount = forms.DecimalField(
        max_digits=14, decimal_places=2, min_value=0, required=False, label="At stake",
        help_text="In the respondent's currency. Leave it empty if it is not about money.",
    )  # fmt: skip
    mine = forms.BooleanField(required=False, label="I take it myself")

    def __init__(self, data: Mapping[str, str] | None = None, *, user: User, now: datetime) -> None:
        super().__init__(data)
        self.user, self.now = user, now
        self.fields["received_at"].initial = now.astimezone(ZoneInfo(user.zone)).replace(tzinfo=None)

    def clean_received_at(self) -> datetime:
        """Read the typed time on the respondent's wall clock."""
        typed: datetime = self.cleaned_data["received_at"]
        respondent = self.cleaned_data.get("respondent")
        zone = ZoneInfo(respondent.zone if respondent else self.user.zone)
        if not EARLIEST.year - 1 <= typed.year <= self.now.year + 1:
            # So far away that no zone's offset fits in between.
            raise forms.ValidationError(TOO_OLD if typed < self.now else IN_FUTURE)
        wall = typed.replace(tzinfo=None)
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) != wall:
            raise forms.ValidationError("The clocks went forward then; this time did not exist. Check the time.")
        if moment > self.now:
            raise forms.ValidationError(IN_FUTURE)
        if moment < EARLIEST:
            raise forms.ValidationError(TOO_OLD)
        return moment

    def clean(self) -> dict[str, object]:
        """A vulnerable customer needs the words that say what to take care of."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if cleaned.get("vulnerability") or cleaned.get("needs") or cleaned.get("not_by"):
            cleaned["vulnerable"] = True
        elif cleaned.get("vulnerable"):
            self.add_error("vulnerability", "Say what to take care of: choose a need, or write details.")
        return cleaned

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields in three parts, as a conversation goes."""
        return [(title, [self[name] for name in names]) for title, names in PARTS]

    @property
    def external_id(self) -> str:
        """The form's one-time token, bound to the person: a second click finds what the first one made."""
        return f"form-{self.user.pk}-{self.cleaned_data['token']}"

    def as_service(self) -> dict[str, Any]:
        """Return the arguments of `register`."""
        given = self.cleaned_data
        customer = ("name", "email", "phone", "address", "classed_as", "vulnerable", "vulnerability", "needs", "not_by")
        case = ("respondent", "category", "subject", "narrative", "channel", "received_at", "amount", "language")
        return {
            "complainant": NewComplainant(**{key: given[key] for key in customer}),
            "owner": self.user if given["mine"] else None,
            "source": Source.STAFF,
            "external_id": self.external_id,
            **{key: given[key] for key in case},
        }
