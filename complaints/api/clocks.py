"""Clocks across complaints."""

from __future__ import annotations

from typing import cast

import django_filters
from django.db.models import QuerySet
from rest_framework.mixins import ListModelMixin
from rest_framework.viewsets import GenericViewSet

from complaints import policy
from complaints.api.paging import ByNumber
from complaints.api.shown import ListedClockSerializer, ListedTargetSerializer
from complaints.models import Clock, Target, TargetStatus
from regulations.models import ClockStatus
from users.models import User


class ClockFilters(django_filters.FilterSet):
    """What may be asked of the list."""

    complaint = django_filters.CharFilter("complaint__reference", label="Reference of the complaint.")
    rule = django_filters.CharFilter()
    obligation = django_filters.CharFilter()
    status = django_filters.ChoiceFilter(choices=ClockStatus.choices)
    enforced = django_filters.BooleanFilter()
    ends_before = django_filters.IsoDateTimeFilter("ends_at", lookup_expr="lt")
    ends_after = django_filters.IsoDateTimeFilter("ends_at", lookup_expr="gte")


class ClockViewSet(ListModelMixin, GenericViewSet[Clock]):
    """The clocks of the complaints this person may see."""

    queryset = Clock.objects.none()
    serializer_class = ListedClockSerializer
    filterset_class = ClockFilters
    pagination_class = ByNumber

    def get_queryset(self) -> QuerySet[Clock]:
        """Return the clocks of what exists for this person."""
        if getattr(self, "swagger_fake_view", False):
            return Clock.objects.none()
        return Clock.objects.filter(complaint__in=policy.visible(cast(User, self.request.user))).select_related(
            "complaint"
        )


class TargetFilters(django_filters.FilterSet):
    """What may be asked of the list of our own targets."""

    complaint = django_filters.CharFilter("complaint__reference", label="Reference of the complaint.")
    key = django_filters.CharFilter()
    status = django_filters.ChoiceFilter(choices=TargetStatus.choices)
    ends_before = django_filters.IsoDateTimeFilter("ends_at", lookup_expr="lt")
    ends_after = django_filters.IsoDateTimeFilter("ends_at", lookup_expr="gte")


class TargetViewSet(ListModelMixin, GenericViewSet[Target]):
    """Our own targets on the complaints this person may see. A list of their own: who counts breaches never counts them."""

    queryset = Target.objects.none()
    serializer_class = ListedTargetSerializer
    filterset_class = TargetFilters
    pagination_class = ByNumber

    def get_queryset(self) -> QuerySet[Target]:
        """Return the targets of what exists for this person."""
        if getattr(self, "swagger_fake_view", False):
            return Target.objects.none()
        seen = policy.visible(cast(User, self.request.user))
        return Target.objects.filter(complaint__in=seen).select_related("complaint").order_by("ends_at", "pk")
