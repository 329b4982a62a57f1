"""What the studio asks."""

from __future__ import annotations

from typing import Any

from django import forms

from regulations.models import DraftKind
from regulations.studio.drafts import LONGEST


class StartForm(forms.Form):
    """Which rule or calendar to change, and the version to go back to."""

    kind = forms.ChoiceField(choices=DraftKind.choices)
    key = forms.CharField(max_length=60)
    back_to = forms.IntegerField(min_value=1, required=False)


class WriteForm(forms.Form):
    """The words of a draft, as they are typed: wrong ones are kept too."""

    text = forms.CharField(strip=False, required=False)
    reason = forms.CharField(required=False, max_length=2_000)
    enforced = forms.BooleanField(required=False)
    changed_at = forms.CharField(required=False)


class BringForm(forms.Form):
    """A rule from a file."""

    file = forms.FileField(error_messages={"required": "Choose a TOML file first."})

    def text(self) -> str:
        """Return what the file says; raise ValidationError when it is no text of a sensible size."""
        upload = self.cleaned_data["file"]
        if upload.size > LONGEST:
            raise forms.ValidationError(f"The file has {upload.size:,} bytes; a rule has at most {LONGEST:,}.")
        try:
            return str(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError("The file is no text in UTF-8.") from error


class TargetForm(forms.Form):
    """A target of our own: from a file, or from the key and the title it begins with."""

    key = forms.CharField(max_length=60, required=False)
    title = forms.CharField(max_length=120, required=False)
    file = forms.FileField(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse what names nothing, and what would break out of its line of the text."""
        asked = super().clean() or {}
        if not asked.get("file") and not (asked.get("key") and asked.get("title")):
            raise forms.ValidationError("Give the target a key and a title, or choose a TOML file.")
        if any(mark in asked.get(name, "") for name in ("key", "title") for mark in ('"', "\\")):
            raise forms.ValidationError("Leave quotation marks and backslashes out of the key and the title.")
        upload = asked.get("file")
        if upload is not None and upload.size > LONGEST:
            raise forms.ValidationError(f"The file has {upload.size:,} bytes; a target has at most {LONGEST:,}.")
        if upload is not None:
            try:
                asked["text"] = str(upload.read().decode("utf-8-sig"))
            except UnicodeDecodeError as error:
                raise forms.ValidationError("The file is no text in UTF-8.") from error
        return asked

    def text(self) -> str:
        """Return what the file says; "" without one."""
        return str(self.cleaned_data.get("text", ""))


class DayForm(forms.Form):
    """A day to close, with its name, or to open again."""

    key = forms.CharField(max_length=40)
    on = forms.DateField(error_messages={"required": "Say which day.", "invalid": "Write the day as 2026-12-25."})
    name = forms.CharField(max_length=80, required=False)
    reason = forms.CharField(max_length=500, required=False)


class SignOffForm(forms.Form):
    """Who read the primary text, and where."""

    key = forms.CharField(max_length=60)
    reason = forms.CharField(max_length=2_000, required=False)


class ConfirmForm(forms.Form):
    """Which years of a calendar were compared, and with what."""

    key = forms.CharField(max_length=40)
    version = forms.IntegerField(min_value=1)
    first = forms.IntegerField(error_messages={"required": "Say from which year.", "invalid": "Write a year as 2026."})
    last = forms.IntegerField(error_messages={"required": "Say until which year.", "invalid": "Write a year as 2026."})
    compared_with = forms.CharField(
        max_length=500, error_messages={"required": "Say what you compared it with: a link to the official list."}
    )


class PublishForm(forms.Form):
    """At once, or for what is received from a day on."""

    from_on = forms.DateField(required=False, error_messages={"invalid": "Write the day as 2026-12-25."})
