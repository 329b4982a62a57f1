"""A form that carries a key does its work once: sent again after a lost answer, it leads where it led the first time."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from complaints.services.once import claim, keep_answer, key_of, release
from users.models import User

API = "/api/"
DONE_BEFORE = "This was saved before. Here is how it stands now."


class OnlyOnce:
    """Do the work of a form and keep its key in one transaction, so that there is never one without the other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        keyed = request.method == "POST" and not request.path.startswith(API) and request.user.is_authenticated
        key = key_of(request.POST.get("once", "")) if keyed else None
        if key is None:
            return self._led_on(request, self.get_response(request))
        user = cast(User, request.user)
        with transaction.atomic():
            earlier = claim(key, actor=user, at=timezone.now())
            if earlier is not None:
                if earlier.status == HTTPStatus.OK:
                    messages.info(request, DONE_BEFORE)
                return self._led_on(request, HttpResponseRedirect(earlier.answer or request.get_full_path()))
            answer = self.get_response(request)
            if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                transaction.set_rollback(True)
            elif "Location" in answer or getattr(answer, "did_its_work", False):
                where = answer.get("Location", request.get_full_path())
                keep_answer(key, actor=user, status=answer.status_code, answer=where)
            else:
                release(key, actor=user)
        return self._led_on(request, answer)

    def _led_on(self, request: HttpRequest, answer: HttpResponse) -> HttpResponse:
        """Tell a script that sent a form where it leads: were the browser to follow, it would use up the page's messages."""
        if request.method == "POST" and "HX-Request" in request.headers and answer.status_code == HTTPStatus.FOUND:
            return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
        return answer
