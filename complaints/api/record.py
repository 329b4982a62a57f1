"""What the API takes in for steps that concern another complaint."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import serializers

from complaints import policy
from complaints.api.asked import StepBody
from complaints.models import Complaint, LinkKind


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
    kind = serializers.ChoiceField(LinkKind.choices)
    reason = serializers.CharField(max_length=300)
