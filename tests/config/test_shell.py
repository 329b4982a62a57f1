"""What every page shows around itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import resolve

from config.shell import section, shell
from users.models import User

pytestmark = pytest.mark.django_db


def seen(rf: RequestFactory, user: Any, path: str = "/rules/", **cookies: str) -> dict[str, Any]:
    request = rf.get(path)
    request.user, request.resolver_match = user, resolve(path)
    request.COOKIES.update(cookies)
    return shell(request)


def labels(told: dict[str, Any]) -> list[str]:
    return [item.label for item in told["nav"]]


def test_the_side_bar_has_what_the_role_may_read(
    rf: RequestFactory, a_specialist: User, a_lead: User, an_admin: User, an_auditor: User
) -> None:
    assert {"Queue", "New complaint", "Rules"} <= set(labels(seen(rf, a_specialist)))
    assert not {"People", "Outbox"} & set(labels(seen(rf, a_lead)))
    assert {"People", "Outbox"} <= set(labels(seen(rf, an_admin)))
    assert not {"People", "Outbox", "New complaint"} & set(labels(seen(rf, an_auditor)))


def test_nobody_is_told_anything_before_signing_in(rf: RequestFactory, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        told = seen(rf, AnonymousUser())

    assert "nav" not in told and "viewer" not in told


def test_the_side_bar_costs_one_question(rf: RequestFactory, a_lead: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        seen(rf, a_lead)


def test_a_theme_nobody_could_have_chosen_is_the_systems(rf: RequestFactory) -> None:
    assert seen(rf, AnonymousUser(), theme="dark")["theme"] == "dark"
    assert seen(rf, AnonymousUser(), theme='"><script>')["theme"] == "system"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("home", "complaints:queue"), ("complaints:case", "complaints:queue"), ("complaints:register", "complaints:register"),
        ("rules:calendar", "rules:list"), ("escalations:detail", "escalations:queue"), ("escalations:notices", ""),
        ("users:person", "users:people"), ("users:password_change", ""), ("correspondence:mail", "correspondence:outbox"),
    ],
)  # fmt: skip
def test_a_page_lights_the_line_it_lies_under(name: str, line: str) -> None:
    assert section(name) == line


def test_the_same_address_answers_htmx_differently_and_caches_know(client: Client, a_lead: User) -> None:
    client.force_login(a_lead)

    assert "HX-Request" in client.get("/rules/")["Vary"]


def test_after_a_lapsed_session_a_form_leads_back_to_its_page(client: Client) -> None:
    answer = client.post("/complaints/new", headers={"referer": "http://testserver/complaints/new?from=queue"})

    assert answer["Location"] == "/accounts/sign-in?next=/complaints/new%3Ffrom%3Dqueue"


def test_after_a_lapsed_session_another_sites_page_is_not_gone_back_to(client: Client) -> None:
    answer = client.post("/complaints/new", headers={"referer": "https://evil.example/complaints/new"})

    assert answer["Location"] == "/accounts/sign-in?next=/"


def test_after_a_lapsed_session_htmx_loads_the_sign_in_page_whole(client: Client) -> None:
    answer = client.get("/complaints/", headers={"hx-request": "true", "referer": "http://testserver/complaints/"})

    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/sign-in?next=/complaints/")


def test_every_page_of_the_side_bar_is_on_the_phones_bar_or_behind_more(
    rf: RequestFactory, a_specialist: User, an_admin: User
) -> None:
    for person in (a_specialist, an_admin):
        told = seen(rf, person)
        behind = [item.label for item in told["nav_behind"]]

        assert ["Home", "Queue", "Tasks", "Escalations", *behind] == [
            *[item.label for item in told["nav"] if item.on_bar],
            *[item.label for item in told["nav"] if not item.on_bar],
        ]


def test_no_two_pages_have_the_same_key(rf: RequestFactory, an_admin: User) -> None:
    keys = [item.key for item in seen(rf, an_admin)["nav"]]

    assert len(keys) == len(set(keys))
