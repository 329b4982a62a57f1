"""Complaints over HTTP: the queue, one case, a new one."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from complaints import policy, queues
from complaints.api.asked import NewComplaintSerializer
from complaints.api.known import AS_KNOWN_ON, as_known_on
from complaints.api.once import OnceMixin, digest_of, key_in
from complaints.api.paging import neighbours, size_of
from complaints.api.requests import StaffCall
from complaints.api.shown import (
    ComplaintSerializer,
    DetailsSerializer,
    ExplainedClockSerializer,
    ExplainedTargetSerializer,
    ListedComplaintSerializer,
    QueuePageSerializer,
    VerdictSerializer,
)
from complaints.api.steps import StepsMixin
from complaints.casefile import open_case
from complaints.clockfile import clock_file, clock_file_as_known, why_not
from complaints.errors import Refused
from complaints.models import Complaint, Kind, Source, State
from complaints.services import care
from complaints.services.intake import NewComplainant, register
from users.models import User

FILTERS = [
    OpenApiParameter("view", str, enum=list(queues.VIEWS)),
    OpenApiParameter("state", str, enum=["finished", *State.values]),
    OpenApiParameter("respondent", str, description="Key of the respondent."),
    OpenApiParameter("owner", int),
    OpenApiParameter("tag", str),
    OpenApiParameter("q", str, description="Part of a reference, a subject or a customer's name."),
    OpenApiParameter("sort", str, enum=list(queues.ORDERS)),
    OpenApiParameter("after", str, description="From `next` of the page before."),
    OpenApiParameter("before", str, description="From `previous` of the page after."),
    OpenApiParameter("size", int, description="Rows of a page, at most 200."),
]
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER,
    description="Up to 40 characters. Sent again with the same body it answers with the complaint made before.",
)  # fmt: skip


class ComplaintViewSet(OnceMixin, StepsMixin, GenericViewSet[Complaint]):
    """Complaints this person may see."""

    queryset = Complaint.objects.none()
    serializer_class = ComplaintSerializer
    lookup_field = "reference"
    lookup_value_regex = r"[A-Za-z0-9-]{1,20}"
    filter_backends = []
    pagination_class = None

    @extend_schema(parameters=FILTERS, responses=QueuePageSerializer)
    def list(self, request: StaffCall) -> Response:
        """List complaints as the queue does: by legal instant, soonest first, unless another order is asked for."""
        filters = queues.Filters.of(request.query_params)
        cursor = queues.Cursor.of(request.query_params, filters.order)
        found, size = queues.ranges(request.user, filters), size_of(request)
        page = queues.page(found, cursor, order=filters.order, size=size, rows_of=queues.whole_rows)
        rows = ListedComplaintSerializer(page.rows, many=True).data
        return Response({**neighbours(request, after=page.after, before=page.before), "results": rows})

    def retrieve(self, request: StaffCall, reference: str) -> Response:
        """Show one complaint with its clocks and steps."""
        return Response(self.get_serializer(open_case(request.user, reference)).data)

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=NewComplaintSerializer,
        responses={
            201: ComplaintSerializer,
            200: OpenApiResponse(ComplaintSerializer, "Made before with the same key and body."),
            422: OpenApiResponse(description="The key was used with another body."),
        },
    )
    def create(self, request: StaffCall) -> Response:
        """Register a complaint and start its legal clocks."""
        user, now = request.user, timezone.now()
        external_id, digest = _external_id(request, user), digest_of(request.data)
        if made := _made_before(external_id):
            return self._again(made, digest, user)
        body = NewComplaintSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        given = body.validated_data
        complainant = NewComplainant(**given.pop("complainant"))
        try:
            complaint = register(
                **given, complainant=complainant, source=Source.API, external_id=external_id, body_digest=digest,
                actor=user, at=now,
            )  # fmt: skip
        except IntegrityError:
            # The same key came twice at once; the other one was first.
            if made := _made_before(external_id):
                return self._again(made, digest, user)
            raise
        return Response(self._shown(complaint, user), status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[AS_KNOWN_ON], responses=ExplainedClockSerializer(many=True), operation_id="complaints_clocks"
    )
    @action(detail=True, methods=["get"])
    def clocks(self, request: StaffCall, reference: str) -> Response:
        """Explain every clock of one complaint, day by day, worked out again from its story."""
        now, complaint = timezone.now(), open_case(request.user, reference)
        asked = as_known_on(request, now=now)
        found = clock_file_as_known(complaint, at=asked) if asked else clock_file(complaint, now=now)
        if found.problem and not found.lines:
            raise Refused(found.problem)
        return Response(ExplainedClockSerializer(found.lines, many=True).data)

    @extend_schema(
        parameters=[AS_KNOWN_ON], responses=ExplainedTargetSerializer(many=True), operation_id="complaints_our_clocks"
    )
    @action(detail=True, methods=["get"], url_path="clocks/ours", url_name="our-clocks")
    def our_clocks(self, request: StaffCall, reference: str) -> Response:
        """Explain every target of ours on one complaint, day by day, and when it stood still."""
        now, complaint = timezone.now(), open_case(request.user, reference)
        asked = as_known_on(request, now=now)
        found = clock_file_as_known(complaint, at=asked) if asked else clock_file(complaint, now=now)
        return Response(ExplainedTargetSerializer(found.ours, many=True).data)

    @extend_schema(parameters=[AS_KNOWN_ON], responses=VerdictSerializer(many=True), operation_id="complaints_why_not")
    @action(detail=True, methods=["get"], url_path="why-not", url_name="why-not")
    def why_not(self, request: StaffCall, reference: str) -> Response:
        """Say of every rule of the respondent's place that gives no clock, or not each one it could, which fact decided."""
        complaint = open_case(request.user, reference)
        found = why_not(complaint, as_known=as_known_on(request, now=timezone.now()))
        return Response(VerdictSerializer(found, many=True).data)

    @extend_schema(request=None, responses=DetailsSerializer, operation_id="complaints_open_details")
    @action(detail=True, methods=["post"])
    def open_details(self, request: StaffCall, reference: str) -> Response:
        """Read why the customer is vulnerable. Few may; each reading is kept. Others get 403 and who may."""
        complaint = open_case(request.user, reference)
        details = care.open_details(complaint, actor=request.user, at=timezone.now())
        return Response({"vulnerability": details})

    def _again(self, made: Complaint, digest: str, user: User) -> Response:
        told = made.story.filter(kind=Kind.RECEIVED).order_by("seq").values_list("data", flat=True).first() or {}
        if told.get("body_digest") != digest:
            sentence = "This Idempotency-Key was used for another complaint. Use a new key."
            return Response({"detail": sentence}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
        return Response(self._shown(made, user))

    def _shown(self, complaint: Complaint, user: User) -> object:
        if policy.is_visible(user, complaint):
            return self.get_serializer(complaint).data
        # It went straight to another team.
        return {"reference": complaint.reference, "detail": f"It went to {complaint.team}."}


def _external_id(request: StaffCall, user: User) -> str:
    key = key_in(request)
    return f"{user.pk}:{key}" if key else ""


def _made_before(external_id: str) -> Complaint | None:
    return Complaint.objects.filter(source=Source.API, external_id=external_id).first() if external_id else None
