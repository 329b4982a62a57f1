"""What is done to an escalation on its own page: lowered, brought down, handed back, watched."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from escalations import policy, queues, services
from escalations.forms import HandBackForm, LowerForm, PersonForm, SeverityForm, said
from users.models import User


@require_POST
def deescalate(request: HttpRequest, pk: int) -> HttpResponse:
    """Lower its severity, with a reason."""
    user = cast(User, request.user)
    found = policy.get_visible(user, pk=pk)
    words = said(SeverityForm(request.POST))
    services.deescalate(
        found.pk, severity=cast(int, words["severity"]), reason=str(words["reason"]), actor=user, at=timezone.now()
    )
    return _there(request, pk, "Its severity is lower now.")


@require_POST
def lower(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring it one level down, with a reason."""
    user = cast(User, request.user)
    found = policy.get_visible(user, pk=pk)
    words = said(LowerForm(request.POST, people=queues.deciders(user)))
    to = cast(User, words["to"])
    services.lower(found.pk, to=to, reason=str(words["reason"]), actor=user, at=timezone.now())
    return _there(request, pk, f"It went down to {to.name}.")


@require_POST
def hand_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave it to the complaint's owner, with a reason."""
    user = cast(User, request.user)
    found = policy.get_visible(user, pk=pk)
    reason = str(said(HandBackForm(request.POST))["reason"])
    services.hand_back(found.pk, reason=reason, actor=user, at=timezone.now())
    return _there(request, pk, "It is back with the owner, who was told.")


@require_POST
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """Watch it oneself, or let somebody else watch."""
    user = cast(User, request.user)
    found = policy.get_visible(user, pk=pk)
    who = _whom(request, user)
    services.watch(found.pk, who=who, actor=user, at=timezone.now())
    return _there(request, pk, f"{who.name} is told of every change.")


@require_POST
def unwatch(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave those who are told, or take somebody off."""
    user = cast(User, request.user)
    found = policy.get_visible(user, pk=pk)
    who = _whom(request, user)
    services.unwatch(found.pk, who=who, actor=user, at=timezone.now())
    return _there(request, pk, f"{who.name} is no longer told.")


def _whom(request: HttpRequest, user: User) -> User:
    """Return the person who was chosen; nobody chosen means oneself."""
    if not request.POST.get("to"):
        return user
    return cast(User, said(PersonForm(request.POST, people=User.objects.filter(is_active=True)))["to"])


def _there(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("escalations:detail", pk)
