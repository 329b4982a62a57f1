"""What people fill in at the desk."""

from __future__ import annotations

from django import forms

from escalations.desk.models import TeamDesk
from regulations import books
from regulations.reading import calendar_name


class DeskForm(forms.Form):
    """How the team's desk is set."""

    gives_by_itself = forms.BooleanField(required=False, label="Give new arrivals by themselves")
    calendar = forms.ChoiceField(
        required=False, label="Days off of the centre", help_text="As the published calendar of its country has them."
    )
    a_day = forms.IntegerField(
        min_value=1, max_value=99, label="What one person can close in a day",
        error_messages={"required": "Write a number from 1 to 99."},
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        known = sorted(books.current().calendars)
        calendar = self.fields["calendar"]
        assert isinstance(calendar, forms.ChoiceField)
        calendar.choices = [("", "Saturdays and Sundays alone"), *((key, calendar_name(key)) for key in known)]

    @classmethod
    def of(cls, desk: TeamDesk) -> DeskForm:
        """Return the form as the desk is set."""
        return cls(initial={"gives_by_itself": desk.gives_by_itself, "a_day": desk.a_day, "calendar": desk.calendar})
