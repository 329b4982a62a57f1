"""One small form per step. Its fields are the arguments of the step's service."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from complaints import authority, policy
from complaints.forms.differences import WAS, Asked, values_of
from complaints.models import Category, Complaint, Outcome, RedressKind, RootCause
from complaints.services.case import HAPPENINGS
from users.models import Role, User

REQUIRED = "Write something first."


def words(
    label: str, *, help_text: str = "", required: bool = True, rows: int = 5, size: int = 20_000
) -> forms.CharField:
    """Return a field for sentences."""
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=size, error_messages={"required": REQUIRED},
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


def line(label: str, *, help_text: str = "", size: int = 200) -> forms.CharField:
    """Return a field for one line."""
    return forms.CharField(label=label, help_text=help_text, max_length=size)


class StepForm(forms.Form):
    """A step without questions. Every step carries the version of the complaint the person looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    # Fields that ask for what already stands in the case: two people may change them at the same time.
    shared: tuple[str, ...] = ()

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        complaint: Complaint,
        user: User,
        now: datetime,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, files, initial={"version": complaint.version, **(initial or {})})
        self.complaint, self.user, self.now = complaint, user, now
        self.prepare()

    def prepare(self) -> None:
        """Fit the choices to the complaint and the person."""

    def as_service(self) -> dict[str, object]:
        """Return the arguments of the step's service."""
        return dict(self.cleaned_data)

    def asked(self) -> list[Asked]:
        """Return the shared fields with what stands in the case now, in words as well."""
        words_of = {name: getattr(self.fields[name], "choices", ()) for name in self.shared}
        return [
            Asked(
                name, str(self.fields[name].label), self._stands(name),
                {str(key): str(label) for key, label in words_of[name]} | {"True": "yes"},
            )
            for name in self.shared
        ]  # fmt: skip

    def opened_with(self) -> list[tuple[str, str]]:
        """Return what stood in the shared fields when the form was opened, as hidden fields carry it."""
        if isinstance(self.data, QueryDict):
            return [(WAS + name, value) for name in self.shared for value in self.data.getlist(WAS + name)]
        return [(WAS + name, value) for name in self.shared for value in self._stands(name) or ("",)]

    def _stands(self, name: str) -> tuple[str, ...]:
        now = self.initial.get(name)
        return values_of(now if isinstance(now, list) else [now])


class TriageForm(StepForm):
    shared = ("category",)

    category = forms.ModelChoiceField(
        Category.objects.all(), label="What it is about", empty_label=None,
        help_text="Which law counts follows from it, so sort it before the acknowledgement goes out.",
    )  # fmt: skip

    def prepare(self) -> None:
        self.initial["category"] = self.complaint.category_id


def handlers() -> QuerySet[User]:
    """Return the people who may own a complaint."""
    return User.objects.filter(is_active=True, role__in=policy.ACTIONS["assign"]).order_by("name")


class AssignForm(StepForm):
    shared = ("owner",)

    owner = forms.ModelChoiceField(handlers(), label="Owner", empty_label="Choose a person")

    def prepare(self) -> None:
        self.initial["owner"] = self.complaint.owner_id


class NoteForm(StepForm):
    text = words("Note", help_text="Colleagues see it, the customer does not.")


class AskCustomerForm(StepForm):
    question = words("Question", help_text="It goes out as a letter. The law's clocks keep running.")


class ReplyForm(StepForm):
    text = words("What they said")


class AskThirdPartyForm(StepForm):
    party = line("Who is asked")
    question = words("Question", help_text="The law's clocks keep running.")


class HappeningForm(StepForm):
    event = forms.ChoiceField(label="What happened", choices=list(HAPPENINGS.items()))
    on = forms.DateField(
        label="On which day", widget=forms.DateInput(attrs={"type": "date"}), help_text="Where the respondent is."
    )


class FindingForm(StepForm):
    point = line("Point complained about", size=300)
    text = words("What was found, and why")
    upheld = forms.TypedChoiceField(
        label="Do we uphold this point?", choices=[("yes", "Yes, upheld"), ("no", "No, not upheld")],
        coerce=lambda value: value == "yes", widget=forms.RadioSelect,
    )  # fmt: skip


class DecisionForm(StepForm):
    outcome = forms.ChoiceField(label="Outcome", choices=Outcome.choices, widget=forms.RadioSelect)
    reasons = words("Reasons", help_text="In words the customer understands; they stand in the final response.")
    root_cause = forms.ChoiceField(label="Root cause", choices=RootCause.choices)
    redress_kind = forms.ChoiceField(label="Redress", choices=RedressKind.choices)
    redress_amount = forms.DecimalField(
        label="Amount", min_value=0, max_digits=12, decimal_places=2, required=False,
        help_text="Leave it empty when no money is paid.",
    )  # fmt: skip

    def prepare(self) -> None:
        field = self.fields["redress_amount"]
        field.label = f"Amount in {self.complaint.currency}"
        field.help_text = f"{authority.in_words(self.complaint, user=self.user)} {field.help_text}"

    def clean_redress_amount(self) -> Decimal:
        """Refuse at once what nobody may give; no amount is none."""
        amount: Decimal = self.cleaned_data["redress_amount"] or Decimal(0)
        if reason := authority.refusal_to_decide(self.complaint, amount, self.complaint.currency, user=self.user):
            raise forms.ValidationError(reason)
        return amount


class HoldingForm(StepForm):
    reason = words("Why it takes longer", help_text="The customer reads this.")
    promised_on = forms.DateField(
        label="When they will hear from us", widget=forms.DateInput(attrs={"type": "date"}),
        help_text="A date we promise and can keep.",
    )  # fmt: skip


class AcceptedForm(StepForm):
    form = forms.ChoiceField(
        label="How did the customer accept?", choices=[("oral", "In conversation"), ("written", "In writing")],
        widget=forms.RadioSelect,
    )  # fmt: skip


class ApproveForm(StepForm):
    comment = words("Comment", required=False, rows=3)


class SendBackForm(StepForm):
    comment = words("What should change")


class ReasonForm(StepForm):
    reason = words("Reason", rows=3)


class ForwardForm(StepForm):
    firm = line("Firm that is responsible")
    reason = words("Why they are responsible", rows=3, help_text="The customer reads this.")


class NotAComplaintForm(StepForm):
    reason = words("Why it is not a complaint", rows=3)
    agreed_by = forms.ModelChoiceField(
        User.objects.filter(is_active=True, role=Role.LEAD).order_by("name"), label="Lead who agreed",
        empty_label="Choose a lead", help_text="A lead who is not you.",
    )  # fmt: skip


class OmbudsmanForm(StepForm):
    ombudsman_reference = line("The ombudsman's reference", size=60)


class FileForm(StepForm):
    file = forms.FileField(
        label="File", help_text="PDF, picture, text, e-mail, Word or Excel.",
        error_messages={"required": "Choose a file first.", "empty": "The file is empty."},
    )  # fmt: skip
