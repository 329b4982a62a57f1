"""Forms for people."""

from __future__ import annotations

from django import forms

from users.models import Role, Team, User
from users.services import zones


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
            raise forms.ValidationError("Somebody already signs in with this address.")
        return email


class NewPersonForm(PersonForm):
    """A new person also needs a first password."""

    password = forms.CharField(
        label="First password", min_length=12, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. They change it after signing in.",
    )  # fmt: skip
