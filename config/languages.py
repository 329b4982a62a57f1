"""In which language a page speaks: the person's own, else the cookie of the sign-in page, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

API = "/api/"
Next = Callable[[HttpRequest], HttpResponse]


class PersonsLanguage:
    """Speak the language a person chose, wherever they sign in. LocaleMiddleware has chosen for everybody else."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(API):
            # Programs and logs read it: the same words for everybody, as in the record.
            translation.activate(settings.LANGUAGE_CODE)
        elif request.session.session_key and request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
        return self.get_response(request)
