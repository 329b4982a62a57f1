"""What the API takes in. The fields of a step are the arguments of its service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from complaints import policy
from complaints.classes import CLASSES
from complaints.forms.register import EARLIEST, TOO_OLD
from complaints.forms.steps import handlers
from complaints.models import Category, Channel, Complaint, Outcome, RedressKind, Respondent, RootCause
from complaints.models.parties import Channels, ComplainantClass, Need
from complaints.services.case import HAPPENINGS
from users.languages import LANGUAGES
from users.models import Role, User

VERSION_LIMIT = 2**31 - 1
PERSON: dict[str, Any] = {"does_not_exist": "Nobody with this e-mail address may be chosen."}


class Instant(serializers.DateTimeField):
    """A moment with its offset; without one nobody could say which legal day it falls on."""

    default_error_messages = {
        "naive": "Give the offset too, such as 2026-06-01T10:15:00+01:00.",
        "far": "This lies outside the years people count. Check the year.",
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("naive")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            self.fail("far")


class Words(serializers.CharField):
    """Sentences."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 20_000, **kwargs})


class FactsSerializer(serializers.Serializer[object]):
    """What else the law asks for. What follows from the respondent and the customer is not told here."""

    other_zones = serializers.ListField(child=serializers.CharField(max_length=64), required=False, max_length=5)
    mixed_handling = serializers.ChoiceField(["in_parts", "whole_as_payments"], required=False)
    product = serializers.ChoiceField(
        ["deposit_account", "prepaid_account", "payment_account", "credit_card", "other"], required=False
    )
    transaction_kind = serializers.ChoiceField(
        [
            "pos", "atm", "card_not_present", "card_to_card", "upi_p2p", "upi_merchant", "imps", "aeps", "ppi_on_us",
            "other",
        ],
        required=False,
    )  # fmt: skip
    cross_border = serializers.BooleanField(required=False)
    account_first_deposit_on = serializers.DateField(required=False)
    billing_cycle_end_day = serializers.IntegerField(min_value=1, max_value=31, required=False)
    written_confirmation_required = serializers.BooleanField(required=False)
    written_response_requested = serializers.BooleanField(required=False)
    us_state = serializers.RegexField(r"^[A-Z]{2}$", required=False)
    remittance_rule_transfer = serializers.BooleanField(required=False)
    proposed_outcome = serializers.ChoiceField(["fully_resolved", "partially_resolved", "rejected"], required=False)
    complex = serializers.BooleanField(required=False)

    def to_internal_value(self, data: Any) -> dict[str, object]:
        """Refuse facts the law does not know: a misspelt one would silently change nothing."""
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            raise serializers.ValidationError({str(unknown[0])[:40]: ["The law asks for no such fact."]})
        told: dict[str, object] = super().to_internal_value(data)
        if day := told.get("account_first_deposit_on"):
            told["account_first_deposit_on"] = str(day)
        return told


class NewComplainantSerializer(serializers.Serializer[object]):
    name = serializers.CharField(max_length=200)
    email = serializers.EmailField(required=False)
    phone = serializers.CharField(max_length=40, required=False)
    address = serializers.CharField(max_length=1_000, required=False)
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False)
    classed_as = serializers.ChoiceField(ComplainantClass.choices, required=False)
    vulnerable = serializers.BooleanField(required=False)
    vulnerability = serializers.CharField(max_length=200, required=False, help_text="Few may read it again.")
    needs = serializers.ListField(child=serializers.ChoiceField(Need.choices), required=False)
    not_by = serializers.ListField(child=serializers.ChoiceField(Channels.choices), required=False)


class Owner(serializers.SlugRelatedField[User]):
    """Somebody who may own a complaint, by e-mail address."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="email", queryset=handlers(), error_messages=PERSON, **kwargs)


class NewComplaintSerializer(serializers.Serializer[object]):
    """All that must be known to start the legal clocks."""

    respondent = serializers.SlugRelatedField[Respondent](slug_field="key", queryset=Respondent.objects.all())
    complainant = NewComplainantSerializer()
    category = serializers.PrimaryKeyRelatedField[Category](queryset=Category.objects.all())
    subject = serializers.CharField(max_length=200)
    narrative = Words(max_length=50_000)
    channel = serializers.ChoiceField(Channel.choices)
    received_at = Instant()
    complaint_class = serializers.ListField(
        child=serializers.ChoiceField(CLASSES), required=False, allow_empty=False,
        help_text="Left out, it follows from the category.",
    )  # fmt: skip
    facts = FactsSerializer(required=False)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0, required=False)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)
    language = serializers.ChoiceField(
        list(LANGUAGES.items()), required=False, help_text="Left out, it is the one usual in the respondent's country."
    )
    owner = Owner(required=False)

    def validate_received_at(self, value: datetime) -> datetime:
        if value < EARLIEST:
            raise serializers.ValidationError(TOO_OLD)
        return value


class StepBody(serializers.Serializer[object]):
    """A step without questions. With `version`, it is refused when the complaint was changed since."""

    version = serializers.IntegerField(
        min_value=1, max_value=VERSION_LIMIT, required=False, help_text="The version you looked at."
    )


class TriageBody(StepBody):
    category = serializers.PrimaryKeyRelatedField[Category](queryset=Category.objects.all())


class AssignBody(StepBody):
    owner = Owner()


class NoteBody(StepBody):
    text = Words()


class AttachBody(StepBody):
    file = serializers.FileField()


class ChangeFactsBody(StepBody):
    facts = FactsSerializer()
    complaint_class = serializers.ListField(child=serializers.ChoiceField(CLASSES), allow_empty=False)
    complainant = serializers.ChoiceField(ComplainantClass.choices)


class LanguageBody(StepBody):
    language = serializers.ChoiceField(list(LANGUAGES.items()))


class QuestionBody(StepBody):
    question = Words()


class ThirdPartyBody(QuestionBody):
    party = serializers.CharField(max_length=200)


class HappeningBody(StepBody):
    event = serializers.ChoiceField(list(HAPPENINGS.items()))
    on = serializers.DateField()


class FindingBody(NoteBody):
    point = serializers.CharField(max_length=300)
    upheld = serializers.BooleanField()


class DecideBody(StepBody):
    outcome = serializers.ChoiceField(Outcome.choices)
    reasons = Words()
    root_cause = serializers.ChoiceField(RootCause.choices)
    redress_kind = serializers.ChoiceField(RedressKind.choices, required=False)
    redress_amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False)


class ClauseBody(StepBody):
    clause = serializers.CharField(max_length=80)


class ApproveBody(StepBody):
    comment = Words(required=False, allow_blank=True)


class CommentBody(StepBody):
    comment = Words()


class HoldingBody(StepBody):
    reason = Words()
    promised_on = serializers.DateField()


class AcceptedBody(StepBody):
    form = serializers.ChoiceField(["oral", "written"])


class ReasonBody(StepBody):
    reason = Words()


class ForwardBody(ReasonBody):
    firm = serializers.CharField(max_length=200)


class NotAComplaintBody(ReasonBody):
    agreed_by = serializers.SlugRelatedField[User](
        slug_field="email", queryset=User.objects.filter(is_active=True, role=Role.LEAD), error_messages=PERSON
    )


class OpenComplaint(serializers.SlugRelatedField[Complaint]):
    """An open complaint this person sees, by reference."""

    def get_queryset(self) -> QuerySet[Complaint]:
        return policy.visible(self.context["request"].user).filter(has_ended=False)


class MergeBody(StepBody):
    into = OpenComplaint(
        slug_field="reference", queryset=Complaint.objects.none(),
        error_messages={"does_not_exist": "No open complaint has this reference."},
    )  # fmt: skip


class OmbudsmanBody(StepBody):
    ombudsman_reference = serializers.CharField(max_length=60)
