"""Calls the API as a program does."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from users.models import User

ROOT = "/api/v1"


class Caller:
    """Somebody who calls the API with JSON."""

    def __init__(self, user: User | None) -> None:
        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str, **query: str) -> HttpResponse:
        return self.client.get(f"{ROOT}{path}", query)  # type: ignore[return-value]

    def post(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        return self.client.post(  # type: ignore[return-value]
            f"{ROOT}{path}", json.dumps(body or {}), content_type="application/json", headers=headers
        )


def told(answer: HttpResponse) -> Any:
    return json.loads(answer.content)
