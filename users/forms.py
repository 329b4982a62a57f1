"""Forms for people."""

from __future__ import annotations

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password

from users.models import Role, Team, User
from users.services import TAKEN, zones

LONGEST_ADDRESS = 254


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
