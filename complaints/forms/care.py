"""What a customer in a vulnerable situation needs."""

from __future__ import annotations

from django import forms

from complaints import policy
from complaints.care import restricted
from complaints.forms.steps import StepForm
from complaints.models.parties import Channels, Need

RESTRICTED = (
    "Why, such as health or a bereavement. Only the owner, the team's lead and admins with the right can open it."
)


def needs_field() -> forms.MultipleChoiceField:
    """Return the field of what the work must do for them."""
    return forms.MultipleChoiceField(
        label="Needs", choices=Need.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="All who handle the case see them.",
    )  # fmt: skip


def not_by_field() -> forms.MultipleChoiceField:
    """Return the field of the channels to avoid."""
    return forms.MultipleChoiceField(
        label="Asked not to be reached by", choices=Channels.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text="Whoever sends a letter by it is warned first.",
    )  # fmt: skip


class CareForm(StepForm):
    vulnerable = forms.BooleanField(label="In a vulnerable situation", required=False)
    needs, not_by = needs_field(), not_by_field()
    details = forms.CharField(label="Details", max_length=200, required=False, help_text=RESTRICTED)

    def prepare(self) -> None:
        """Show what is known; the details are replaced, not shown: reading them is an act of its own."""
        customer = self.complaint.complainant
        self.initial.update(vulnerable=customer.vulnerable, needs=customer.needs, not_by=customer.not_by)
        field = self.fields["details"]
        if not policy.opens_details(self.user, self.complaint):
            field.disabled = True
            field.help_text = restricted(self.complaint)
        elif customer.vulnerability:
            field.help_text = f"{RESTRICTED} Leave it empty to keep what is written, or write anew."

    def as_service(self) -> dict[str, object]:
        """Return the arguments of the service; empty details stay as they are, and go with the mark."""
        given = dict(self.cleaned_data)
        if (not given["details"] and given["vulnerable"]) or self.fields["details"].disabled:
            del given["details"]
        return given
