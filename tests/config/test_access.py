"""No route is reachable without a policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from complaints.errors import NotAllowed, Refused
from config.middleware import DenyByDefault, PlainWords
from config.routes import PUBLIC, ROUTES


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"
        else:
            yield from names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)


def test_every_route_is_in_a_policy() -> None:
    assert set(names(get_resolver())) <= PUBLIC | ROUTES.keys()


def test_no_policy_names_a_route_that_does_not_exist() -> None:
    assert set(ROUTES) <= set(names(get_resolver()))


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
    assert answer.status_code == status
    assert str(error) in answer.content.decode()


@pytest.mark.django_db
def test_the_house_says_that_it_can_work(client: Client) -> None:
    assert client.get("/healthz").json() == {"ok": True}


@pytest.mark.django_db
def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    answer = client.get("/rules/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/sign-in?next=/rules/")


@pytest.mark.django_db
def test_what_a_signed_in_person_saw_is_not_kept_by_the_browser(client: Client, an_admin: object) -> None:
    client.force_login(an_admin)

    assert client.get("/rules/")["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_refused_page_says_whose_it_is(client: Client, a_lead: object) -> None:
    client.force_login(a_lead)

    answer = client.get("/accounts/people")

    assert answer.status_code == 403
    assert "Your role may not do this. It is for: admin." in answer.content.decode()


@pytest.mark.django_db
def test_a_page_that_is_only_read_takes_no_form(client: Client, a_lead: object) -> None:
    client.force_login(a_lead)

    assert client.post("/rules/").status_code == 405
    assert client.get("/accounts/sign-out").status_code == 405
