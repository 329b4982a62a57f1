"""What an admin writes of a standard text."""

from __future__ import annotations

from django import forms

from complaints.forms.steps import line, words
from complaints.models import Purpose
from complaints.standard import FIELDS

PLACES = "; ".join(f"{{{name}}} {said}" for name, said in FIELDS.items())


class TextForm(forms.Form):
    """A standard text, as it is offered to those who write."""

    name = line("Name", size=60, help_text="By this it is found in the list.")
    purpose = forms.ChoiceField(label="What it is for", choices=Purpose.choices)
    language = line("Language", size=2, help_text="Two letters, such as en or de.")
    text = words("Text", rows=10, help_text=f"Filled from the case: {PLACES}.")


class ChangeForm(TextForm):
    """The next version of a text, from the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)
    offered = forms.BooleanField(label="Offered to those who write", required=False)
