"""The forms of steps that concern another complaint: merge, link, unlink."""

from __future__ import annotations

from django import forms

from complaints import policy
from complaints.forms.steps import StepForm, line
from complaints.models import Complaint
from complaints.models.links import SAID

REFERENCE = "Its reference, such as C-26-000123."


class OtherForm(StepForm):
    """A step about this complaint and another."""

    other = forms.CharField(label="The other complaint", max_length=20, help_text=REFERENCE)

    def clean_other(self) -> Complaint:
        """Find the other complaint among those this person sees."""
        reference = self.cleaned_data["other"].strip().upper()
        others = policy.visible(self.user).exclude(pk=self.complaint.pk)
        found = others.filter(reference=reference).first()
        if found is None:
            raise forms.ValidationError("No other complaint has this reference. Check the number.")
        return found


class LinkForm(OtherForm):
    kind = forms.ChoiceField(label="How they belong together", choices=SAID)
    reason = line("Why", size=300, help_text="What the next reader should know, in one line.")


class MergeForm(StepForm):
    into = forms.CharField(
        label="Complaint that goes on",
        max_length=20,
        help_text=f"{REFERENCE} Of the same customer. It can be undone until that one is answered.",
    )

    def clean_into(self) -> Complaint:
        """Find the complaint that goes on among the open ones this person sees."""
        reference = self.cleaned_data["into"].strip().upper()
        others = policy.visible(self.user).filter(has_ended=False).exclude(pk=self.complaint.pk)
        found = others.filter(reference=reference).first()
        if found is None:
            raise forms.ValidationError("No open complaint has this reference. Check the number.")
        return found
