"""What the API says of a complaint and its clocks."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.models import Category, Clock, Complainant, Complaint, Respondent, Target
from complaints.steps import steps
from users.models import Team, User


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["email", "name"]


class RespondentSerializer(serializers.ModelSerializer[Respondent]):
    class Meta:
        model = Respondent
        fields = ["key", "name", "jurisdiction", "zone", "entity_type", "currency"]


class CategorySerializer(serializers.ModelSerializer[Category]):
    class Meta:
        model = Category
        fields = ["id", "product", "sub_product", "issue", "sub_issue", "complaint_class"]


class ComplainantSerializer(serializers.ModelSerializer[Complainant]):
    class Meta:
        model = Complainant
        fields = [
            "name", "email", "phone", "address", "country", "region", "postcode", "classed_as", "vulnerable",
            "needs", "not_by",
        ]  # fmt: skip


class DetailsSerializer(serializers.Serializer[object]):
    """Why a customer is vulnerable: special category data."""

    vulnerability = serializers.CharField()


class ClockSerializer(serializers.ModelSerializer[Clock]):
    """One limit of one rule: when it ends, whether it was kept, and the sentence that says why this date."""

    is_duty = serializers.BooleanField(read_only=True)
    is_open = serializers.BooleanField(read_only=True)

    class Meta:
        model = Clock
        fields = [
            "rule", "rule_version", "obligation", "kind", "title", "rule_title", "citation", "enforced", "is_duty",
            "is_open", "status", "trigger_on", "due_on", "ends_at", "latest_lawful_on", "calendar",
            "calendar_version", "at_risk_at", "settled_at", "settled_by", "sentence",
        ]  # fmt: skip


class TargetSerializer(serializers.ModelSerializer[Target]):
    """A target of our own, no law: it may pause, and then has no end until we go on."""

    # As words: a second set of choices called status would make the law's set change its name in the schema.
    status = serializers.CharField(read_only=True, help_text="running, paused, met, missed or ended.")
    is_open = serializers.BooleanField(read_only=True)

    class Meta:
        model = Target
        fields = [
            "key", "version", "title", "status", "is_open", "started_by", "started_at", "due_on", "ends_at", "left",
            "settled_at", "settled_by", "calendar", "calendar_version", "sentence",
        ]  # fmt: skip


class ListedClockSerializer(ClockSerializer):
    """A clock in a list across complaints."""

    complaint = serializers.SlugRelatedField[Complaint](slug_field="reference", read_only=True)

    class Meta(ClockSerializer.Meta):
        fields = ["complaint", *ClockSerializer.Meta.fields]


class ListedTargetSerializer(TargetSerializer):
    """A target in a list across complaints."""

    complaint = serializers.SlugRelatedField[Complaint](slug_field="reference", read_only=True)

    class Meta(TargetSerializer.Meta):
        fields = ["complaint", *TargetSerializer.Meta.fields]


class DaySerializer(serializers.Serializer[object]):
    on = serializers.DateField()
    kind = serializers.CharField(help_text="received, counted, weekend, holiday, due or not_counted.")
    count = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class ExplainedClockSerializer(serializers.Serializer[object]):
    """A clock and its days, one by one; none where counting days explains nothing."""

    clock = ClockSerializer()
    days = DaySerializer(many=True)


class WaitSerializer(serializers.Serializer[object]):
    """A span in which we waited and the target stood still."""

    why = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class ExplainedTargetSerializer(serializers.Serializer[object]):
    """A target of ours, its days one by one, and when it stood still."""

    target = TargetSerializer()
    days = DaySerializer(many=True)
    waits = WaitSerializer(many=True)


class AbsenceSerializer(serializers.Serializer[object]):
    """An obligation of a rule that applies, and why it has no clock."""

    obligation = serializers.CharField()
    title = serializers.CharField()
    because = serializers.CharField()


class VerdictSerializer(serializers.Serializer[object]):
    """Whether a rule gives this complaint a clock, and the fact that decided."""

    rule = serializers.CharField()
    rule_version = serializers.IntegerField()
    title = serializers.CharField()
    citation = serializers.CharField()
    applies = serializers.BooleanField()
    because = serializers.CharField(help_text="The deciding fact in one sentence.")
    absent = AbsenceSerializer(many=True, help_text="Obligations of this rule that have no clock here.")


class StepSerializer(serializers.Serializer[object]):
    """A step, and in one sentence why it is not possible now ("" when it is)."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    allowed = serializers.BooleanField()
    refusal = serializers.CharField()


class TagsField(serializers.ListField):
    """The names of a complaint's tags."""

    child = serializers.CharField()


class ListedComplaintSerializer(serializers.ModelSerializer[Complaint]):
    """A line of the queue, with the duties still open."""

    respondent = serializers.SlugRelatedField[Respondent](slug_field="key", read_only=True)
    complainant = serializers.CharField(source="complainant.name", read_only=True)
    category = CategorySerializer(read_only=True)
    owner = PersonSerializer(read_only=True, allow_null=True)
    clocks = ClockSerializer(many=True, read_only=True)
    tags = TagsField(read_only=True)

    class Meta:
        model = Complaint
        fields = [
            "reference", "state", "version", "source", "external_id", "imported", "subject", "channel", "respondent",
            "complainant", "category", "owner", "tags", "received_at", "registered_at", "next_due_at", "clocks",
        ]  # fmt: skip


class ComplaintSerializer(serializers.ModelSerializer[Complaint]):
    """A complaint with all its clocks and the steps this person's role may take."""

    respondent = RespondentSerializer(read_only=True)
    complainant = ComplainantSerializer(read_only=True)
    category = CategorySerializer(read_only=True)
    owner = PersonSerializer(read_only=True, allow_null=True)
    team = serializers.StringRelatedField[Team](read_only=True, allow_null=True)
    merged_into = serializers.SlugRelatedField[Complaint](slug_field="reference", read_only=True, allow_null=True)
    clocks = ClockSerializer(many=True, read_only=True)
    targets = TargetSerializer(many=True, read_only=True)
    tags = TagsField(read_only=True)
    language = serializers.CharField(source="spoken", read_only=True, help_text="ISO 639-1, in which it is answered.")
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Complaint
        fields = [
            "reference", "state", "version", "source", "external_id", "imported", "subject", "narrative", "channel",
            "respondent", "complainant", "category", "complaint_class", "facts", "language", "amount", "currency", "owner",
            "team", "tags",
            "merged_into", "received_at", "registered_at", "state_since", "acknowledged_at", "responded_at",
            "next_due_at", "clocks", "targets", "steps",
        ]  # fmt: skip

    @extend_schema_field(StepSerializer(many=True))
    def get_steps(self, complaint: Complaint) -> list[dict[str, object]]:
        """Return the steps of whoever asks."""
        return list(StepSerializer(steps(complaint, self.context["request"].user), many=True).data)


class QueuePageSerializer(serializers.Serializer[object]):
    """One page of the queue and the addresses of its neighbours."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ListedComplaintSerializer(many=True)
