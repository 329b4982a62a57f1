"""API v1 put together: its addresses, who may use them, and how it says no."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import URLPattern, URLResolver, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import AuthenticationFailed, MethodNotAllowed, NotAuthenticated, ValidationError
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DynamicRoute, Route, SimpleRouter
from rest_framework.views import APIView, exception_handler

from complaints.api import (
    STEP_ROLES,
    CategoryViewSet,
    ClockViewSet,
    ComplaintViewSet,
    RespondentViewSet,
    TargetViewSet,
    TaskViewSet,
)
from complaints.policy import ANSWERERS
from escalations.api import EscalationViewSet
from escalations.health_api import HealthView
from escalations.policy import DECIDERS, RECEIVERS
from users.errors import NotAllowed, NotVisible, Refused
from users.models import Role
from users.policy import EVERYONE, HANDLERS, OVERSEERS, Access

ROUTES: dict[str, Access] = {
    "api:schema": Access(read=EVERYONE),
    "api:docs": Access(read=EVERYONE),
    "api:health": Access(read=OVERSEERS),
    "api:category-list": Access(read=EVERYONE),
    "api:respondent-list": Access(read=EVERYONE),
    "api:clock-list": Access(read=EVERYONE),
    "api:our-clock-list": Access(read=EVERYONE),
    "api:complaint-our-clocks": Access(read=EVERYONE),
    "api:complaint-list": Access(read=EVERYONE, write=HANDLERS),
    "api:complaint-detail": Access(read=EVERYONE),
    "api:complaint-open-details": Access(write=ANSWERERS),
    "api:complaint-clocks": Access(read=EVERYONE),
    "api:complaint-why-not": Access(read=EVERYONE),
    **{f"api:complaint-{key}": Access(write=roles) for key, roles in STEP_ROLES.items()},
    "api:task-list": Access(read=EVERYONE),
    "api:task-detail": Access(read=EVERYONE),
    **{f"api:task-{key}": Access(write=ANSWERERS) for key in ("accept", "answer", "decline")},
    "api:task-cancel": Access(write=HANDLERS),
    "api:escalation-list": Access(read=EVERYONE),
    "api:escalation-detail": Access(read=EVERYONE),
    "api:escalation-take": Access(write=DECIDERS),
    "api:escalation-reassign": Access(write=DECIDERS),
    "api:escalation-resolve": Access(write=DECIDERS),
    "api:escalation-deescalate": Access(write=DECIDERS),
    "api:escalation-lower": Access(write=DECIDERS),
    "api:escalation-hand_back": Access(write=DECIDERS),
    "api:escalation-watch": Access(write=RECEIVERS),
    "api:escalation-unwatch": Access(write=RECEIVERS),
}


class ByPolicy(BasePermission):
    """Ask the table of routes, as the middleware does for pages. What is not in it is refused."""

    message = "Your role may not do this. Ask a team lead."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether this role may use the route in this way."""
        if not request.user.is_authenticated:
            return False
        access = ROUTES.get(request.resolver_match.view_name if request.resolver_match else "")
        if access is None:
            return False
        offered = access.read if request.method in SAFE_METHODS else access.write
        if not offered:
            raise MethodNotAllowed(request.method or "")
        return Role(request.user.role) in offered


class Router(SimpleRouter):
    """A router whose every view asks the policy."""

    routes: list[Route | DynamicRoute] = [
        route._replace(initkwargs={**route.initkwargs, "permission_classes": [ByPolicy]})
        for route in SimpleRouter.routes
    ]


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every refusal with the right status and one sentence under `detail`."""
    if isinstance(error, (NotVisible, Http404)):
        return Response({"detail": str(error) if isinstance(error, NotVisible) else "There is nothing here."}, 404)
    if isinstance(error, (NotAllowed, Refused)):
        return Response({"detail": str(error)}, 409 if isinstance(error, Refused) else 403)
    answer = exception_handler(error, context)
    if answer is None:
        return None
    if isinstance(error, (NotAuthenticated, AuthenticationFailed)):
        answer.status_code = 401
        answer.headers["WWW-Authenticate"] = "Token"
    elif isinstance(error, ValidationError):
        answer.data = {"detail": first_sentence(error.detail), "fields": error.detail}
    return answer


def first_sentence(detail: object, name: str = "") -> str:
    """Return the first thing that is wrong, with the field it is about."""
    if isinstance(detail, dict):
        key, inner = next(iter(detail.items()))
        return first_sentence(inner, "" if key == "non_field_errors" else f"{name}.{key}".lstrip("."))
    if isinstance(detail, list):
        return first_sentence(next((one for one in detail if one), ""), name)
    return f"{name}: {detail}" if name else str(detail)


router = Router()
router.register("complaints", ComplaintViewSet, basename="complaint")
# Before the list it stands under.
router.register("clocks/ours", TargetViewSet, basename="our-clock")
router.register("clocks", ClockViewSet, basename="clock")
router.register("tasks", TaskViewSet, basename="task")
router.register("escalations", EscalationViewSet, basename="escalation")
router.register("categories", CategoryViewSet, basename="category")
router.register("respondents", RespondentViewSet, basename="respondent")

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(permission_classes=[ByPolicy]), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(
            url_name="api:schema", template_name="api/docs.html", permission_classes=[ByPolicy]
        ),
        name="docs",
    ),
    path("health/", HealthView.as_view(permission_classes=[ByPolicy]), name="health"),
    *router.urls,
]
