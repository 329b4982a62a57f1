"""Tasks over HTTP: what one is asked, and what is done about it."""

from __future__ import annotations

from typing import cast

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from complaints import policy
from complaints.api.asked import Words
from complaints.api.once import OnceMixin
from complaints.api.paging import ByNumber
from complaints.api.requests import StaffCall
from complaints.api.shown import PersonSerializer
from complaints.models import Complaint, Task
from complaints.services import tasks as services
from users.models import Team, User


class TaskSerializer(serializers.ModelSerializer[Task]):
    """A task with what it gives of its complaint: the reference, and no more."""

    complaint = serializers.SlugRelatedField[Complaint](slug_field="reference", read_only=True)
    team = serializers.StringRelatedField[Team](read_only=True, allow_null=True)
    person = PersonSerializer(read_only=True, allow_null=True)
    asked_by = PersonSerializer(read_only=True)
    accepted_by = PersonSerializer(read_only=True, allow_null=True)
    settled_by = PersonSerializer(read_only=True, allow_null=True)
    # Plain text: two sets of choices called `state` would fight for one name in the schema.
    state = serializers.CharField(read_only=True, help_text="asked, accepted, answered, declined or cancelled.")

    class Meta:
        model = Task
        fields = [
            "id", "complaint", "team", "person", "what", "asked_by", "asked_at", "due_at", "state", "accepted_by",
            "settled_by", "settled_at", "words",
        ]  # fmt: skip


class WordsBody(serializers.Serializer[object]):
    text = Words()


class TaskViewSet(OnceMixin, ListModelMixin, RetrieveModelMixin, GenericViewSet[Task]):
    """The tasks this person or their team was asked, and those of the complaints they see."""

    queryset = Task.objects.none()
    serializer_class = TaskSerializer
    lookup_value_regex = r"\d{1,18}"
    pagination_class = ByNumber
    filterset_fields = ["state"]

    def get_queryset(self) -> QuerySet[Task]:
        """Return the tasks that exist for whoever asks."""
        if getattr(self, "swagger_fake_view", False):
            return Task.objects.none()
        people = ("team", "person", "asked_by", "accepted_by", "settled_by", "complaint")
        return policy.tasks(cast(User, self.request.user)).select_related(*people)

    @extend_schema(request=None, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: StaffCall, pk: str) -> Response:
        """Say that one is at it. Answers 409 with a sentence when it is not possible now."""
        return self._shown(services.accept(int(pk), actor=request.user, at=timezone.now()))

    @extend_schema(request=WordsBody, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: StaffCall, pk: str) -> Response:
        """Answer what was asked."""
        return self._shown(services.answer(int(pk), text=self._text(request), actor=request.user, at=timezone.now()))

    @extend_schema(request=WordsBody, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: StaffCall, pk: str) -> Response:
        """Say why it cannot be done here."""
        return self._shown(services.decline(int(pk), text=self._text(request), actor=request.user, at=timezone.now()))

    @extend_schema(request=WordsBody, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: StaffCall, pk: str) -> Response:
        """Take back what was asked."""
        return self._shown(services.cancel(int(pk), text=self._text(request), actor=request.user, at=timezone.now()))

    def _text(self, request: StaffCall) -> str:
        body = WordsBody(data=request.data)
        body.is_valid(raise_exception=True)
        return str(body.validated_data["text"])

    def _shown(self, task: Task) -> Response:
        return Response(self.get_serializer(task).data)
