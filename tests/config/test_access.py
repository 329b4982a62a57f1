"""No route is reachable without a policy."""

from __future__ import annotations

import pytest
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver

from complaints.errors import NotAllowed, Refused
from config.middleware import DenyByDefault, PlainWords
from config.routes import PUBLIC, ROLES


def test_every_route_is_in_a_policy() -> None:
    names = {pattern.name for pattern in get_resolver().url_patterns}

    assert names <= PUBLIC | ROLES.keys()


def test_an_unlisted_route_is_refused(rf: RequestFactory) -> None:
    request = rf.get("/secret")
    request.resolver_match = get_resolver().resolve("/healthz")
    request.resolver_match.view_name = "secret"

    with pytest.raises(Http404):
        DenyByDefault(lambda _: HttpResponse()).process_view(request, None, (), {})


@pytest.mark.parametrize(("error", "status"), [(Refused("Acknowledge first."), 409), (NotAllowed("No."), 403)])
def test_a_refusal_says_its_sentence(rf: RequestFactory, error: Exception, status: int) -> None:
    answer = PlainWords(lambda _: HttpResponse()).process_exception(rf.get("/"), error)

    assert answer is not None
    assert (answer.status_code, answer.content.decode()) == (status, str(error))


@pytest.mark.django_db
def test_the_house_says_that_it_can_work(client: Client) -> None:
    assert client.get("/healthz").json() == {"ok": True}
