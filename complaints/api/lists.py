"""What a complaint can be about, and who can be complained about."""

from __future__ import annotations

from rest_framework.mixins import ListModelMixin
from rest_framework.viewsets import GenericViewSet

from complaints.api.paging import ByNumber
from complaints.api.shown import CategorySerializer, RespondentSerializer
from complaints.models import Category, Respondent


class CategoryViewSet(ListModelMixin, GenericViewSet[Category]):
    """The taxonomy: product, sub-product, issue, sub-issue."""

    queryset = Category.objects.all()
    serializer_class = CategorySerializer
    pagination_class = ByNumber
    filterset_fields = ["product", "complaint_class"]


class RespondentViewSet(ListModelMixin, GenericViewSet[Respondent]):
    """The entities of the firm."""

    queryset = Respondent.objects.all()
    serializer_class = RespondentSerializer
    pagination_class = ByNumber
    filterset_fields = ["jurisdiction"]
