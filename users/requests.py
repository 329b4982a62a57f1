"""Requests of people who signed in."""

from __future__ import annotations

from django.http import HttpRequest

from users.models import User


class StaffRequest(HttpRequest):
    """A request of somebody who signed in; the middleware lets nobody else through to these views."""

    user: User  # type: ignore[assignment]
