"""The tags of a complaint, edited in one line."""

from __future__ import annotations

from django import forms

from complaints.errors import Refused
from complaints.forms.steps import StepForm
from complaints.services import tags


class TagsForm(StepForm):
    shared = ("tags",)

    tags = forms.CharField(
        label="Tags", required=False, max_length=400, help_text="Parted by commas, such as: press, call back.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def prepare(self) -> None:
        self.initial["tags"] = ", ".join(self.complaint.tags)

    def clean_tags(self) -> list[str]:
        """Read the line as the tags it names."""
        try:
            return tags.names(self.cleaned_data["tags"])
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused
