"""Escalations over HTTP: the lead's queue, and what is done about one."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import GenericViewSet

from complaints.api.once import OnceMixin
from complaints.api.requests import StaffCall
from complaints.api.shown import ListedClockSerializer, PersonSerializer
from complaints.models import Complaint
from escalations import policy, queues, services
from escalations.models import Escalation, Reason
from users.models import User


class EscalationSerializer(serializers.ModelSerializer[Escalation]):
    """One thing about one complaint that a lead must look at."""

    complaint = serializers.SlugRelatedField[Complaint](slug_field="reference", read_only=True)
    clock = ListedClockSerializer(read_only=True, allow_null=True)
    assigned_to = PersonSerializer(read_only=True, allow_null=True)
    raised_by = PersonSerializer(read_only=True, allow_null=True)
    watchers = PersonSerializer(many=True, read_only=True)
    policy = serializers.IntegerField(read_only=True, help_text="The version of the escalation policy it arose by.")
    # Plain text: two sets of choices called `state` would fight for one name in the schema.
    state = serializers.CharField(read_only=True, help_text="open, taken or resolved.")

    class Meta:
        model = Escalation
        fields = [
            "id", "complaint", "clock", "reason", "threshold", "policy", "severity", "level", "state", "due_at", "text", "assigned_to", "raised_by",
            "watchers", "climbs_at", "occurred_at", "recorded_at", "resolved_at", "resolution",
        ]  # fmt: skip


class EscalationPageSerializer(serializers.Serializer[object]):
    next = serializers.URLField(allow_null=True)
    results = EscalationSerializer(many=True)


class ReassignBody(serializers.Serializer[object]):
    to = serializers.SlugRelatedField[User](
        slug_field="email", queryset=User.objects.filter(is_active=True),
        error_messages={"does_not_exist": "Nobody with this e-mail address may be chosen."},
    )  # fmt: skip


class ResolveBody(serializers.Serializer[object]):
    resolution = serializers.CharField(max_length=4_000)


class SeverityBody(serializers.Serializer[object]):
    severity = serializers.IntegerField(min_value=1, max_value=2, help_text="Below the one it has.")
    reason = serializers.CharField(max_length=1_000)


class LowerBody(ReassignBody):
    reason = serializers.CharField(max_length=1_000)


class HandBackBody(serializers.Serializer[object]):
    reason = serializers.CharField(max_length=1_000)


class WatchBody(serializers.Serializer[object]):
    who = serializers.SlugRelatedField[User](
        slug_field="email", queryset=User.objects.filter(is_active=True), required=False,
        help_text="Left out: yourself.",
        error_messages={"does_not_exist": "Nobody with this e-mail address may be chosen."},
    )  # fmt: skip


FILTERS = [
    OpenApiParameter("reason", str, enum=Reason.values),
    OpenApiParameter("whose", str, enum=["me"], description="Only what was given to you."),
    OpenApiParameter("after", int, description="From `next` of the page before."),
]


class EscalationViewSet(OnceMixin, GenericViewSet[Escalation]):
    """Escalations of the complaints this person may see."""

    queryset = Escalation.objects.none()
    serializer_class = EscalationSerializer
    lookup_value_regex = r"\d{1,18}"
    filter_backends = []
    pagination_class = None

    @extend_schema(parameters=FILTERS, responses=EscalationPageSerializer)
    def list(self, request: StaffCall) -> Response:
        """List what asks for a decision, severest and oldest first, as the lead's page does."""
        asked = request.query_params
        reason, after = asked.get("reason", ""), asked.get("after", "")
        page = queues.page(
            request.user, reason=reason if reason in Reason.values else "", mine=asked.get("whose") == "me",
            after=int(after) if after.isdecimal() and len(after) < 18 else 0,
        )  # fmt: skip
        here = request.build_absolute_uri()
        following = replace_query_param(here, "after", page.after) if page.after else None
        return Response({"next": following, "results": self.get_serializer(page.rows, many=True).data})

    def retrieve(self, request: StaffCall, pk: str) -> Response:
        """Show one escalation."""
        return Response(self.get_serializer(policy.get_visible(request.user, pk=int(pk))).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def take(self, request: StaffCall, pk: str) -> Response:
        """Make it yours."""
        return self._do(request, pk, services.take)

    @extend_schema(request=ReassignBody)
    @action(detail=True, methods=["post"])
    def reassign(self, request: StaffCall, pk: str) -> Response:
        """Give it to another lead or admin."""
        return self._do(request, pk, services.reassign, asks=ReassignBody)

    @extend_schema(request=ResolveBody)
    @action(detail=True, methods=["post"])
    def resolve(self, request: StaffCall, pk: str) -> Response:
        """Close it with words that say what was done."""
        return self._do(request, pk, services.resolve, asks=ResolveBody)

    @extend_schema(request=SeverityBody)
    @action(detail=True, methods=["post"])
    def deescalate(self, request: StaffCall, pk: str) -> Response:
        """Lower its severity, with a reason."""
        return self._do(request, pk, services.deescalate, asks=SeverityBody)

    @extend_schema(request=LowerBody)
    @action(detail=True, methods=["post"])
    def lower(self, request: StaffCall, pk: str) -> Response:
        """Bring what has climbed one level down, to a lead or an admin, with a reason."""
        return self._do(request, pk, services.lower, asks=LowerBody)

    @extend_schema(request=HandBackBody)
    @action(detail=True, methods=["post"], url_name="hand_back")
    def hand_back(self, request: StaffCall, pk: str) -> Response:
        """Leave it to the complaint's owner, who is told why; it leaves the desk."""
        return self._do(request, pk, services.hand_back, asks=HandBackBody)

    @extend_schema(request=WatchBody)
    @action(detail=True, methods=["post"])
    def watch(self, request: StaffCall, pk: str) -> Response:
        """Be told of every change, or let somebody else be."""
        return self._watch(request, pk, services.watch)

    @extend_schema(request=WatchBody)
    @action(detail=True, methods=["post"])
    def unwatch(self, request: StaffCall, pk: str) -> Response:
        """Be told no longer, or take somebody off."""
        return self._watch(request, pk, services.unwatch)

    def _watch(self, request: StaffCall, pk: str, service: Callable[..., Escalation]) -> Response:
        found = policy.get_visible(request.user, pk=int(pk))
        body = WatchBody(data=request.data)
        body.is_valid(raise_exception=True)
        who = body.validated_data.get("who", request.user)
        service(found.pk, who=who, actor=request.user, at=timezone.now())
        return Response(self.get_serializer(policy.get_visible(request.user, pk=found.pk)).data)

    def _do(
        self,
        request: StaffCall,
        pk: str,
        service: Callable[..., Escalation],
        *,
        asks: type[serializers.Serializer[object]] = serializers.Serializer,
    ) -> Response:
        found = policy.get_visible(request.user, pk=int(pk))
        policy.require_decider(request.user, found.complaint)
        body = asks(data=request.data)
        body.is_valid(raise_exception=True)
        service(found.pk, **body.validated_data, actor=request.user, at=timezone.now())
        return Response(self.get_serializer(policy.get_visible(request.user, pk=found.pk)).data)
