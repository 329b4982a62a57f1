"""What people fill in on the lead's pages."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet

from complaints.errors import Refused
from correspondence.models import MailHow
from users.models import User


def _text(label: str, *, rows: int = 3, limit: int = 4000, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": "Write something first."},
    )  # fmt: skip


def _clock(label: str, explains: str = "") -> forms.TimeField:
    return forms.TimeField(
        label=label, help_text=explains, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class PersonForm(forms.Form):
    """Choose one person."""

    to = forms.ModelChoiceField(
        User.objects.none(),
        label="To",
        empty_label="Choose a person",
        error_messages={"required": "Choose a person first.", "invalid_choice": "This person cannot be chosen."},
    )

    def __init__(self, data: object = None, *, people: QuerySet[User]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class ResolveForm(forms.Form):
    """Say what was done."""

    resolution = _text("What was done about it")


class SeverityForm(forms.Form):
    """A lower severity, and why."""

    severity = forms.IntegerField(
        min_value=1, max_value=2, error_messages={"required": "Choose a severity below the one it has."}
    )
    reason = _text("Why it is less severe", limit=1000)


class LowerForm(PersonForm):
    """To whom it goes down, and why."""

    reason = _text("Why it need not be decided here", limit=1000)


class HandBackForm(forms.Form):
    """Why no lead need decide."""

    reason = _text("What the specialist should do", limit=1000)


class RaiseForm(forms.Form):
    """Ask the lead."""

    comment = _text("What should the lead decide?", limit=300)


class ApproveForm(forms.Form):
    """Approve, with a word or none, what this very version of the complaint says."""

    comment = _text("Comment", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class SendBackForm(forms.Form):
    """Return it, and say what to change."""

    comment = _text("What should be changed?")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class MailWishForm(forms.Form):
    """How one person wants to be told by mail."""

    how = forms.ChoiceField(
        choices=MailHow.choices, widget=forms.RadioSelect, label="Mail me",
        help_text="What was missed is always mailed at once, by day and by night: the law has no quiet hours.",
    )  # fmt: skip
    morning = _clock("The daily list comes at")
    quiet_from = _clock("Quiet from")
    quiet_until = _clock("Quiet until", "What comes in between waits until then. Twice the same time: no quiet hours.")


def said(form: forms.Form) -> dict[str, object]:
    """Return what the form says, or refuse with its first sentence."""
    if form.is_valid():
        return form.cleaned_data
    raise Refused(next(str(errors[0]) for errors in form.errors.values()))
