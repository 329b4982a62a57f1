"""Forms for people."""

from __future__ import annotations

import re

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password

from users.classes import CLASSES
from users.models import Role, Team, User
from users.services import TAKEN, zones

LONGEST_ADDRESS = 254
LONGEST_SKILL = 120


class SignInForm(AuthenticationForm):
    """E-mail and password. An unknown address and a wrong password are refused in the same words."""

    error_messages = {
        "invalid_login": "This e-mail address and password do not belong together. Try again.",
        "inactive": "This e-mail address and password do not belong together. Try again.",
    }

    def clean_username(self) -> str:
        """Take the address in one spelling, so that failures are counted per person however it is typed."""
        username: str = self.cleaned_data["username"]
        return username.lower()

    def clean(self) -> dict[str, object]:
        """Look for the person, or refuse."""
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            # By the name of our own login field: under any other, axes would count everybody's failures together.
            # A longer address is nobody's, and more than the record of failures holds.
            known = len(email) <= LONGEST_ADDRESS
            self.user_cache = authenticate(self.request, email=email, password=password) if known else None
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


class PersonForm(forms.Form):
    """One person: who they are, what they may do, and whom they report to."""

    name = forms.CharField(max_length=120, label="Name")
    email = forms.EmailField(label="E-mail", help_text="They sign in with it.")
    role = forms.ChoiceField(choices=Role.choices, label="Role")
    team = forms.ModelChoiceField(Team.objects.order_by("name"), required=False, label="Team", empty_label="No team")
    reports_to = forms.ModelChoiceField(
        User.objects.none(), required=False, label="Reports to", empty_label="Nobody",
        help_text="Escalations go up this line.",
    )  # fmt: skip
    zone = forms.ChoiceField(choices=[(zone, zone) for zone in zones()], label="Time zone", initial="Europe/Dublin")
    is_active = forms.BooleanField(required=False, initial=True, label="May sign in")

    def __init__(self, *args: object, person: User | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        others = User.objects.filter(is_active=True).order_by("name")
        self.fields["reports_to"].queryset = others.exclude(pk=person.pk) if person else others  # type: ignore[attr-defined]
        self.person = person

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        taken = User.objects.filter(email=email)
        if (taken.exclude(pk=self.person.pk) if self.person else taken).exists():
            raise forms.ValidationError(TAKEN)
        return email


class NewPersonForm(PersonForm):
    """A new person also needs a first password."""

    password = forms.CharField(
        label="First password", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. They change it after signing in.",
    )  # fmt: skip

    def clean(self) -> dict[str, object]:
        """Hold the first password to the same rules as every later one."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if password := self.cleaned_data.get("password"):
            person = User(email=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as refused:
                self.add_error("password", refused)
        return cleaned


class WorkForm(forms.Form):
    """What work a person can be given."""

    languages = forms.CharField(
        required=False, max_length=60, label="Languages",
        help_text="Two letters each, divided by commas: en, de, fr. Auto-assignment gives them letters in these.",
    )  # fmt: skip
    skills = forms.CharField(
        required=False, max_length=1000, label="Products they know",
        help_text="As the categories name them, divided by commas: Cards, Payouts. Empty means all.",
    )  # fmt: skip
    classes = forms.MultipleChoiceField(
        choices=CLASSES, required=False, label="Classes of complaint they may work", widget=forms.CheckboxSelectMultiple,
        help_text="As the law calls them. None ticked means all.",
    )  # fmt: skip
    most_cases = forms.IntegerField(
        required=False, min_value=0, max_value=1000, label="Most open cases at once",
        help_text="Auto-assignment stops there. Empty means no limit; a lead can still give them more by hand.",
    )  # fmt: skip
    authority_amount = forms.DecimalField(
        required=False, min_value=0, max_digits=12, decimal_places=2, label="Redress they may give alone",
        help_text="Most per complaint. Empty means none was given.",
    )  # fmt: skip
    authority_currency = forms.CharField(
        required=False, max_length=3, label="Currency of that amount", help_text="Three letters: GBP, EUR, USD."
    )
    starts = forms.TimeField(
        required=False, label="Begins work at", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="In their own zone. Empty means as their team.",
    )  # fmt: skip
    ends = forms.TimeField(
        required=False, label="Stops at", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    opens_details = forms.BooleanField(
        required=False, label="May open restricted details of vulnerable customers",
        help_text="For admins; each opening is kept. Owners and their leads may anyway.",
    )  # fmt: skip

    @classmethod
    def of(cls, person: User, typed: object = None) -> WorkForm:
        """Return the form as it stands for this person, or as it was typed."""
        fields = ("most_cases", "authority_amount", "authority_currency", "starts", "ends", "opens_details", "classes")
        initial: dict[str, object] = {field: getattr(person, field) for field in fields}
        listed = {"languages": ", ".join(person.languages), "skills": ", ".join(person.skills)}
        return cls(typed, initial=initial | listed)  # type: ignore[arg-type]

    def clean_languages(self) -> list[str]:
        codes = [code.lower() for code in _divided(self.cleaned_data["languages"])]
        if wrong := [code for code in codes if not re.fullmatch("[a-z]{2}", code)]:
            raise forms.ValidationError(f"{wrong[0]} is no language code. Write two letters, such as de for German.")
        return codes

    def clean_skills(self) -> list[str]:
        skills = _divided(self.cleaned_data["skills"])
        if any(len(skill) > LONGEST_SKILL for skill in skills):
            raise forms.ValidationError("One of these is too long. Divide the products by commas.")
        return skills

    def clean_authority_currency(self) -> str:
        currency: str = self.cleaned_data["authority_currency"].upper()
        if currency and not re.fullmatch("[A-Z]{3}", currency):
            raise forms.ValidationError("Write the currency in three letters, such as GBP.")
        return currency

    def clean(self) -> dict[str, object]:
        """Refuse halves: an amount needs its currency, and a shift both its ends."""
        given = self.cleaned_data
        if (given.get("authority_amount") is None) != (not given.get("authority_currency")) and not self.errors:
            self.add_error("authority_currency", "Give both the amount and its currency, or neither.")
        starts, ends = given.get("starts"), given.get("ends")
        if (starts is None) != (ends is None) and not self.errors:
            self.add_error("ends", "Give both times, or neither.")
        if starts and ends and starts >= ends:
            self.add_error("ends", "The shift stops before it begins. A shift over midnight cannot be planned yet.")
        return given


class AbsenceForm(forms.Form):
    """Days on which somebody is away."""

    first_on = forms.DateField(
        label="First day away", widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Say which day is the first.", "invalid": "Write the day as 2026-07-14."},
    )  # fmt: skip
    last_on = forms.DateField(
        label="Last day away", widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Say which day is the last.", "invalid": "Write the day as 2026-07-14."},
    )  # fmt: skip
    reason = forms.CharField(
        label="Reason", required=False, max_length=200, help_text="Private: only the person and the admins read it."
    )

    def __init__(self, *args: object, with_reason: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not with_reason:
            del self.fields["reason"]


def _divided(text: str) -> list[str]:
    """Return what stands between the commas, once each."""
    return list(dict.fromkeys(" ".join(part.split()) for part in text.split(",") if part.strip()))
