"""What an admin says of an entity of the firm."""

from __future__ import annotations

from django import forms

from complaints.forms.steps import line
from regulations import books
from regulations.reading import calendar_name

AS_THE_LAW = "As the law's own calendar"


class OpenDaysForm(forms.Form):
    """On which days the entity is open, and why this changes."""

    calendar = forms.ChoiceField(
        label="Opening days", required=False,
        help_text="Business days of payment law are days on which this entity itself is open. Open complaints follow.",
    )  # fmt: skip
    reason = line("Reason", help_text="It stands in the story of every complaint that follows.")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        known = [(key, f"{calendar_name(key)} ({key})") for key in sorted(books.current().calendars)]
        self.fields["calendar"].choices = [("", AS_THE_LAW), *known]  # type: ignore[attr-defined]
