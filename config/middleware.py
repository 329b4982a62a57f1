"""Deny by default, and errors in plain words."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from complaints.errors import NotAllowed, NotVisible, Refused
from config.routes import PUBLIC, ROLES

log = logging.getLogger("redress.access")
DATABASE_DOWN = "The database cannot be reached. What was saved is safe; try again in a minute."


class DenyByDefault:
    """Let nobody through to a route that no policy lists, or that their role may not use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in PUBLIC:
            return None
        if name not in ROLES:
            log.error("Route %r is in no policy; refused.", name)
            raise Http404
        if not request.user.is_authenticated:
            return redirect("users:sign_in")
        if request.user.role not in ROLES[name]:
            return HttpResponse("Your role may not do this.", status=403, content_type="text/plain; charset=utf-8")
        return None


class PlainWords:
    """Answer refusals and a lost database with the right status and one sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotVisible):
            raise Http404 from error
        if isinstance(error, (Refused, NotAllowed)):
            status, words = (409 if isinstance(error, Refused) else 403), str(error)
        elif isinstance(error, (OperationalError, InterfaceError)):
            log.error("The database cannot be reached: %s", error)
            status, words = 503, DATABASE_DOWN
        else:
            return None
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
