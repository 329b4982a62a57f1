"""The complaint over HTTP: the same services, policy and filters as the pages."""

from complaints.api.clocks import ClockViewSet, TargetViewSet
from complaints.api.complaints import ComplaintViewSet
from complaints.api.lists import CategoryViewSet, RespondentViewSet
from complaints.api.steps import STEP_ROLES
from complaints.api.tasks import TaskViewSet

__all__ = [
    "STEP_ROLES",
    "CategoryViewSet",
    "ClockViewSet",
    "ComplaintViewSet",
    "RespondentViewSet",
    "TargetViewSet",
    "TaskViewSet",
]
