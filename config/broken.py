"""What people read when something breaks outside every view."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.middleware import API, plain, told_plainly

UNREADABLE = "What was sent is too large or cannot be read. Nothing was changed."


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that what came cannot be read, before any view could look at it."""
    if request.path.startswith(API):
        return plain(request, UNREADABLE, status=400)
    return render(None, "400.html", {"sentence": UNREADABLE}, status=400)  # type: ignore[arg-type]


def handler500(request: HttpRequest) -> HttpResponse:
    """Say that the database is away or the disk is full when it is so; otherwise that the fault is ours."""
    told = told_plainly(request, sys.exc_info()[1])
    return told or render(None, "500.html", status=500)  # type: ignore[arg-type]
