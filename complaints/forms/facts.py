"""The facts the law sees, in words (regulations vocabulary, section 3)."""

from __future__ import annotations

from datetime import date

from django import forms

from complaints.classes import CLASSES
from complaints.forms.steps import StepForm
from complaints.models.parties import ComplainantClass
from users.languages import LANGUAGES

PRODUCTS = [
    ("", "Not known"),
    ("deposit_account", "Deposit account"),
    ("prepaid_account", "Prepaid account"),
    ("payment_account", "Payment account"),
    ("credit_card", "Credit card"),
    ("other", "Other"),
]
FIRST_DEPOSIT = date(1950, 1, 1)
ASKED = ("product", "cross_border", "account_first_deposit_on", "complex")


class FactsForm(StepForm):
    """What the law sees. Facts this form does not ask for stay as they are."""

    shared = ("complaint_class", "complainant", *ASKED)

    complaint_class = forms.MultipleChoiceField(
        label="What the law calls it", choices=CLASSES, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one class of complaint."},
    )  # fmt: skip
    complainant = forms.ChoiceField(label="Kind of customer", choices=ComplainantClass.choices)
    product = forms.ChoiceField(label="Product", choices=PRODUCTS, required=False)
    account_first_deposit_on = forms.DateField(
        label="First deposit to the account", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text="In the US a new account has longer limits.",
    )  # fmt: skip
    cross_border = forms.BooleanField(label="The transfer crossed a US state's border", required=False)
    complex = forms.BooleanField(label="Complex", required=False)

    def clean_account_first_deposit_on(self) -> date | None:
        """Refuse a day no account was opened on."""
        day: date | None = self.cleaned_data["account_first_deposit_on"]
        if day is not None and not FIRST_DEPOSIT <= day <= self.now.date():
            raise forms.ValidationError("Give the day of the first deposit, between 1950 and today.")
        return day

    def prepare(self) -> None:
        self.initial.update({key: self.complaint.facts[key] for key in ASKED if key in self.complaint.facts})
        self.initial["complaint_class"] = self.complaint.complaint_class
        self.initial["complainant"] = self.complaint.complainant.classed_as

    def as_service(self) -> dict[str, object]:
        given = self.cleaned_data
        kept = {key: value for key, value in self.complaint.facts.items() if key not in ASKED}
        told = {key: given[key] for key in ASKED if given[key]}
        if day := given["account_first_deposit_on"]:
            told["account_first_deposit_on"] = day.isoformat()
        return {
            "facts": kept | told,
            "complaint_class": given["complaint_class"],
            "complainant": given["complainant"],
            "version": given["version"],
        }


class LanguageForm(StepForm):
    """In which language the customer is written to."""

    shared = ("language",)

    language = forms.ChoiceField(label="Language", choices=list(LANGUAGES.items()))

    def prepare(self) -> None:
        self.initial["language"] = self.complaint.spoken
