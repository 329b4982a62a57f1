"""Asking another team, and what they answer."""

from __future__ import annotations

from django import forms
from django.template.defaultfilters import filesizeformat

from complaints import policy
from complaints.forms.steps import StepForm, words
from complaints.services.tasks import LONGEST
from users.models import Team, User

WHOM = "Choose one team or one person to ask."


class AskTaskForm(StepForm):
    what = words("What is needed")
    team = forms.ModelChoiceField(Team.objects.order_by("name"), label="Team", required=False, empty_label="No team")
    person = forms.ModelChoiceField(
        User.objects.filter(is_active=True, role__in=policy.ANSWERERS).order_by("name"), label="Or a person",
        required=False, empty_label="Nobody",
    )  # fmt: skip
    working_days = forms.IntegerField(
        label="In how many working days", min_value=1, max_value=LONGEST, initial=2,
        help_text="Due when the team closes on that day. Weekends and holidays of the complaint's calendar do not count.",
    )  # fmt: skip
    given = forms.TypedMultipleChoiceField(
        label="Files they may read", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """Offer the files of the case."""
        files = [(one.pk, f"{one.name}, {filesizeformat(one.size)}") for one in self.complaint.attachments.all()]
        field = self.fields["given"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = files
        if not files:
            del self.fields["given"]

    def clean(self) -> dict[str, object]:
        """One of the two is asked."""
        given = super().clean() or {}
        if not self.errors and (given.get("team") is None) == (given.get("person") is None):
            self.add_error("team", WHOM)
        return given

    def as_service(self) -> dict[str, object]:
        """Return the arguments of the service; a form has files of its own."""
        given = dict(self.cleaned_data)
        files = given.pop("given", [])
        return {**given, "files": files}


class TaskForm(forms.Form):
    """What is done with a task: the words every settling needs, and a file with an answer."""

    text = words("Your words", rows=4)
    file = forms.FileField(label="File", required=False, help_text="PDF, picture, text, e-mail, Word or Excel.")
