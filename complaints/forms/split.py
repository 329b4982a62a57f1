"""The form that makes two complaints of one."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.text import Truncator

from complaints.forms.steps import StepForm, line, words
from complaints.models import Category, Entry
from complaints.services.splitting import CHOSEN
from complaints.telling import tell


class SplitForm(StepForm):
    subject = line("Subject of the second complaint")
    narrative = words(
        "What the second matter is", help_text="In the customer's words. The first complaint keeps all of theirs."
    )
    category = forms.ModelChoiceField(
        Category.objects.all(), label="What it is about", empty_label=None,
        help_text="Which law counts for it follows from this.",
    )  # fmt: skip
    reason = line("Why they are two", size=300)
    points = forms.TypedMultipleChoiceField(
        label="Points that move to it", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    entries = forms.TypedMultipleChoiceField(
        label="Entries that go along", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    attachments = forms.TypedMultipleChoiceField(
        label="Files kept with both", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """Offer what there is; what there is nothing of is not asked."""
        self.initial["category"] = self.complaint.category_id
        zone = ZoneInfo(self.complaint.respondent.zone)
        story = self.complaint.story.filter(kind__in=CHOSEN).select_related("actor")
        offered = {
            "points": [(one.number, f"{one.number}. {one.point}") for one in self.complaint.findings.all()],
            "entries": [(one.seq, _line(one, zone)) for one in story],
            "attachments": [
                (one.pk, f"{one.name}, {filesizeformat(one.size)}") for one in self.complaint.attachments.all()
            ],
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.TypedMultipleChoiceField)
            field.choices = choices
            if not choices:
                del self.fields[name]

    def as_service(self) -> dict[str, object]:
        """Return the arguments of the service; a form has files of its own."""
        given = dict(self.cleaned_data)
        files = given.pop("attachments", [])
        return {**given, "files": files}


def _line(entry: Entry, zone: ZoneInfo) -> str:
    told = tell(entry)
    return f"{entry.occurred_at.astimezone(zone):%-d %b}, {told.who} {told.verb}: {Truncator(told.body).chars(70)}"
