"""What people fill in at the desk."""

from __future__ import annotations

from django import forms

from escalations.desk.models import TeamDesk


class DeskForm(forms.Form):
    """How the team's desk is set."""

    gives_by_itself = forms.BooleanField(required=False, label="Give new arrivals by themselves")
    a_day = forms.IntegerField(
        min_value=1, max_value=99, label="What one person can close in a day",
        error_messages={"required": "Write a number from 1 to 99."},
    )  # fmt: skip

    @classmethod
    def of(cls, desk: TeamDesk) -> DeskForm:
        """Return the form as the desk is set."""
        return cls(initial={"gives_by_itself": desk.gives_by_itself, "a_day": desk.a_day})
