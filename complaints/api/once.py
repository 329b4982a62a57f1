"""A call does its work once: sent again with its Idempotency-Key it is told what it was told the first time."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import APIView

from complaints.api.requests import StaffCall
from complaints.services.once import claim, keep_answer, key_of_call, refuse_in_flight

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,40}")
OTHER_CALL = "This Idempotency-Key was used for another call. Use a new key."
# A complaint registered with a key is found by it for ever; why somebody is vulnerable is kept in no answer.
APART = frozenset({"create", "open_details"})
PARAMETER = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER,
    description="Up to 40 characters. Sent again with the same body within a day it gets the first answer again; with"
    " another body 422, while the first is worked on 409. What was refused may be tried again with it.",
)  # fmt: skip


class OnceSchema(AutoSchema):
    """Say of every call that writes that it takes a key."""

    def get_override_parameters(self) -> list[OpenApiParameter | Serializer[Any] | type[Serializer[Any]]]:
        """Return the header besides what the call asks for."""
        takes = self.method == "POST" and getattr(self.view, "action", "") not in APART
        return [*super().get_override_parameters(), *([PARAMETER] if takes else [])]


class OnceMixin(APIView):
    """Views whose writes take an Idempotency-Key."""

    schema = OnceSchema()
    action: str
    post: Callable[..., Response]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Once it is known who calls and that they may: do the work together with the key."""
        super().initial(request, *args, **kwargs)
        key = key_in(request)
        if key and request.method == "POST" and self.action not in APART:
            self.post = partial(self._once, self.post, key)

    def _once(self, do: Callable[..., Response], key: str, request: StaffCall, *args: Any, **kwargs: Any) -> Response:
        kept, asked = key_of_call(key), digest(request)
        with transaction.atomic():
            refuse_in_flight(kept, actor=request.user)
            earlier = claim(kept, actor=request.user, at=timezone.now(), digest=asked)
            if earlier is None:
                answer = do(request, *args, **kwargs)
                told = json.dumps(answer.data, cls=JSONEncoder)
                keep_answer(kept, actor=request.user, status=answer.status_code, answer=told)
                return answer
        if earlier.digest != asked:
            return Response({"detail": OTHER_CALL}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
        return Response(json.loads(earlier.answer), status=earlier.status)


def key_in(request: Request) -> str:
    """Return the call's key, empty without one; raise ValidationError where it is none."""
    key = request.headers.get(HEADER, "")
    if key and not KEY.fullmatch(key):
        raise ValidationError({HEADER: "Use up to 40 visible characters, such as a UUID."})
    return key


def digest(request: StaffCall) -> str:
    """Return the SHA-256 of where a call goes and what it says, in whichever order; files by what is in them."""
    said = request.data
    body = {name: said.getlist(name) for name in said} if hasattr(said, "getlist") else said
    return digest_of([request.path, body])


def digest_of(said: object) -> str:
    """Return the SHA-256 of what was said, its names in whichever order."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":"), default=_file).encode()).hexdigest()


def _file(value: object) -> str:
    if not isinstance(value, UploadedFile):
        return str(value)
    found = hashlib.sha256(value.name.encode() if value.name else b"")
    parts: Iterable[bytes] = value.chunks()
    for part in parts:
        found.update(part)
    value.seek(0)
    return found.hexdigest()
