"""Deny by default, nothing larger than is read, and errors in plain words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from errno import ENOSPC
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from psycopg2.errors import DiskFull

from config.routes import PUBLIC, ROUTES
from users.errors import NotAllowed, NotVisible, Refused
from users.models import Role

log = logging.getLogger("redress.access")
DATABASE_DOWN = "The database cannot be reached. What was saved is safe; try again in a minute."
NO_ROOM = "There is no room on the disk. What was saved before is safe, this was not saved; tell an admin."
NOTHING_HERE = "There is nothing here."
READS = frozenset({"GET", "HEAD", "OPTIONS"})
API = "/api/"
Next = Callable[[HttpRequest], HttpResponse]


class NotTooMuch:
    """Refuse what is larger than any form or call of ours before a byte of it is read, whoever sends it.

    Reading comes before signing in: the CSRF check looks into the body. What no length tells, the server does not hand on.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        if not told.isdecimal() or int(told) <= settings.ATTACHMENT_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return self.get_response(request)
        sentence = f"This is larger than {settings.ATTACHMENT_MAX_BYTES // 1024 // 1024} MB. It was not read, and nothing was changed."
        if request.path.startswith(API):
            return plain(request, sentence, status=413)
        return render(None, "413.html", {"sentence": sentence}, status=413)  # type: ignore[arg-type]


class DenyByDefault:
    """Let nobody through to a route that no policy lists, or that their role may not use in this way."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        # The same address answers htmx with a part of the page.
        patch_vary_headers(answer, ["HX-Request"])
        if request.user.is_authenticated:
            # What a signed-in person saw is not to be found again in a shared browser's cache.
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in PUBLIC:
            return None
        access = ROUTES.get(name)
        if access is None:
            log.error("Route %r is in no policy; refused.", name)
            raise Http404
        if request.path.startswith(API):
            # A token is read by the API itself, which asks the same policies.
            return None
        if not request.user.is_authenticated:
            return to_sign_in(request)
        role = Role(request.user.role)
        asked, other = (access.read, access.write) if request.method in READS else (access.write, access.read)
        if role in asked:
            return None
        if not asked and role in other:
            return HttpResponseNotAllowed(["POST"] if request.method in READS else ["GET", "HEAD", "OPTIONS"])
        return in_words(request, needs(asked or other), status=403)


class PlainWords:
    """Answer refusals and a lost database with the right status and one sentence."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META["QUERY_STRING"]:
            # No page of ours leads there, and the database takes no such character.
            return in_words(request, NOTHING_HERE, status=404)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotVisible):
            raise Http404 from error
        if isinstance(error, (Refused, NotAllowed)):
            return in_words(request, str(error), status=409 if isinstance(error, Refused) else 403)
        return told_plainly(request, error)


def told_plainly(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """Answer what is the machine's fault in one sentence; None when it is another's."""
    lost = isinstance(error, (OperationalError, InterfaceError))
    if getattr(error, "errno", 0) == ENOSPC or isinstance(getattr(error, "__cause__", None), DiskFull):
        log.error("The disk is full: %s", error)
        return plain(request, NO_ROOM, status=507)
    if lost:
        log.error("The database cannot be reached: %s", error)
        if request.path.startswith(API):
            return plain(request, DATABASE_DOWN, status=503)
        # This page asks nobody and nothing, the database least of all.
        return render(None, "503.html", {"sentence": DATABASE_DOWN}, status=503)  # type: ignore[arg-type]
    return None


def needs(roles: frozenset[Role]) -> str:
    """Return the sentence that says whose page or act this is."""
    named = " or ".join(role.label.lower() for role in Role if role in roles)
    return f"Your role may not do this. It is for: {named}."


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send somebody to the sign-in page, and from there back to the page they were on."""
    back = request.get_full_path()
    if request.method not in READS or request.headers.get("HX-Request"):
        # What was posted cannot be repeated by a link, and a part of a page is no page: go to where it was asked from.
        page = urlsplit(request.headers.get("Referer", ""))
        back = page._replace(scheme="", netloc="").geturl() if page.netloc == request.get_host() else "/"
    answer = redirect_to_login(back, reverse("users:sign_in"))
    if request.headers.get("HX-Request"):
        # htmx would follow a redirect and put the sign-in page into a corner of this one.
        return HttpResponse(status=401, headers={"HX-Redirect": answer["Location"]})
    return answer


def in_words(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    """Answer with the sentence on a page of the house."""
    if request.path.startswith(API):
        return JsonResponse({"detail": sentence}, status=status)
    return render(request, f"{status}.html", {"sentence": sentence}, status=status)


def plain(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    """Answer with the sentence alone, for when nothing else can be trusted to work."""
    if request.path.startswith(API):
        return JsonResponse({"detail": sentence}, status=status)
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
