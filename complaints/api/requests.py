"""Calls of people who signed in."""

from __future__ import annotations

from rest_framework.request import Request

from users.models import User


class StaffCall(Request):
    """A call of somebody who signed in; the policy lets nobody else through to these views."""

    user: User  # type: ignore[assignment]
