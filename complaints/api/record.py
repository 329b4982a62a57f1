"""What the API takes in for steps that concern another complaint."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import serializers

from complaints import policy
from complaints.api.asked import PERSON, VERSION_LIMIT, StepBody, Words
from complaints.models import Category, Complaint, Macro
from complaints.models.links import SAID
from complaints.models.parties import Channels, Need
from complaints.services import macro_book
from complaints.services.tasks import LONGEST
from users.models import Team, User


class SeenComplaint(serializers.SlugRelatedField[Complaint]):
    """A complaint this person sees, by reference."""

    def get_queryset(self) -> QuerySet[Complaint]:
        """Return what exists for whoever asks."""
        return policy.visible(self.context["request"].user)


class OtherBody(StepBody):
    other = SeenComplaint(
        slug_field="reference", queryset=Complaint.objects.none(),
        error_messages={"does_not_exist": "No complaint has this reference."},
    )  # fmt: skip


class LinkBody(OtherBody):
    kind = serializers.ChoiceField(SAID)
    reason = serializers.CharField(max_length=300)


class SplitBody(StepBody):
    """What the second complaint is about, and what goes with it beside what the law looks at."""

    subject = serializers.CharField(max_length=200)
    narrative = Words(max_length=50_000)
    category = serializers.PrimaryKeyRelatedField[Category](queryset=Category.objects.all())
    reason = serializers.CharField(max_length=300)
    entries = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=VERSION_LIMIT), required=False, max_length=200,
        help_text="Places in the story: notes, and what third parties were asked or answered.",
    )  # fmt: skip
    files = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=200, help_text="Kept with both."
    )
    points = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=VERSION_LIMIT), required=False, max_length=200,
        help_text="Numbers of the findings that move.",
    )  # fmt: skip


class AskTaskBody(StepBody):
    what = Words()
    team = serializers.SlugRelatedField[Team](slug_field="name", queryset=Team.objects.all(), required=False)
    person = serializers.SlugRelatedField[User](
        slug_field="email", queryset=User.objects.filter(is_active=True), required=False, error_messages=PERSON
    )
    working_days = serializers.IntegerField(min_value=1, max_value=LONGEST)
    files = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=50, help_text="What they may read."
    )


class TagsBody(StepBody):
    tags = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=50, help_text="All it is to have; the others go."
    )


class MacroBody(StepBody):
    macro = serializers.SlugRelatedField[Macro](
        slug_field="name", queryset=macro_book.offered(), error_messages={"does_not_exist": "No macro has this name."}
    )


class CareBody(StepBody):
    vulnerable = serializers.BooleanField()
    needs = serializers.ListField(child=serializers.ChoiceField(Need.choices), required=False)
    not_by = serializers.ListField(child=serializers.ChoiceField(Channels.choices), required=False)
    details = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Left out, they stay. Few may change them."
    )
