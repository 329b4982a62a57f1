"""What an admin fills in about endpoints."""

from __future__ import annotations

from django import forms

from correspondence.models import EndpointKind, EventType
from users.models import Team

NONE = {"required": "Choose at least one event. An endpoint that is told of nothing is of no use."}


class EndpointForm(forms.Form):
    """Where to call, of what, and for whose complaints."""

    name = forms.CharField(max_length=80, label="Name", help_text="What you call the other system.")
    kind = forms.ChoiceField(choices=EndpointKind.choices, label="Kind")
    address = forms.CharField(
        max_length=500, label="Address", help_text="It begins with https:// and can be reached from everywhere."
    )
    types = forms.MultipleChoiceField(
        choices=EventType.choices, widget=forms.CheckboxSelectMultiple, label="Events", error_messages=NONE
    )
    teams = forms.ModelMultipleChoiceField(
        Team.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple,
        label="Only complaints of these teams", help_text="None chosen: the complaints of all teams, and of none.",
    )  # fmt: skip
    active = forms.BooleanField(
        required=False, initial=True, label="Switched on",
        help_text="Switched off, it is told of nothing new, and what waits is kept.",
    )  # fmt: skip


class RangeForm(forms.Form):
    """A span of time in the zone of whoever asks."""

    since = forms.DateTimeField(label="From", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    until = forms.DateTimeField(label="Until", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    only_dead = forms.BooleanField(required=False, initial=True, label="Only what was given up")
