"""Coming in, going out, and how pages look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axes.utils import reset
from django.test import Client

from tests.conftest import PASSWORD
from users.models import User

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/sign-in"
WRONG = "This e-mail address and password do not belong together. Try again."


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"username": email, "password": password, **more})


@pytest.fixture
def locks(settings: Any) -> Iterator[None]:
    """Wrong passwords are counted, as they are outside the tests."""
    settings.AXES_ENABLED = True
    reset()
    yield
    reset()


def test_a_person_signs_in_by_e_mail_however_it_is_typed(client: Client, a_specialist: User) -> None:
    answer = sign_in(client, "Maeve.Kelly@Larkspur.example")

    assert (answer.status_code, answer["Location"]) == (302, "/home/")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(client: Client, a_specialist: User) -> None:
    assert sign_in(client, a_specialist.email, next="/rules/")["Location"] == "/rules/"


def test_signing_in_never_leads_to_another_site(client: Client, a_specialist: User) -> None:
    assert sign_in(client, a_specialist.email, next="https://evil.example/")["Location"] == "/home/"


def test_an_unknown_address_and_a_wrong_password_are_refused_in_the_same_words(
    client: Client, a_specialist: User
) -> None:
    unknown = sign_in(client, "nobody@larkspur.example")
    wrong = sign_in(client, a_specialist.email, "not-the-password")

    assert WRONG in unknown.content.decode()
    assert WRONG in wrong.content.decode()


def test_an_endless_address_is_refused_in_the_same_words(client: Client, locks: None) -> None:
    answer = sign_in(client, "a" * 100_000)

    assert answer.status_code == 200
    assert WRONG in answer.content.decode()


def test_an_address_with_a_character_no_address_has_is_refused_in_the_same_words(client: Client) -> None:
    assert WRONG in sign_in(client, "a\x00b").content.decode()


def test_a_person_who_has_left_is_refused_in_the_same_words(client: Client, a_specialist: User) -> None:
    User.objects.filter(pk=a_specialist.pk).update(is_active=False)

    assert WRONG in sign_in(client, a_specialist.email).content.decode()


def test_the_session_of_a_person_who_leaves_ends_at_once(client: Client, a_specialist: User) -> None:
    client.force_login(a_specialist)
    assert client.get("/rules/").status_code == 200

    User.objects.filter(pk=a_specialist.pk).update(is_active=False)

    assert client.get("/rules/")["Location"].startswith(SIGN_IN)


def test_after_eight_wrong_passwords_the_address_is_locked_and_says_so(
    client: Client, a_specialist: User, locks: None
) -> None:
    for _ in range(8):
        answer = sign_in(client, a_specialist.email, "not-the-password")
    assert answer.status_code == 429

    answer = sign_in(client, a_specialist.email)

    assert answer.status_code == 429
    assert "Too many wrong passwords" in answer.content.decode()


def test_one_persons_wrong_passwords_do_not_lock_a_colleague(
    client: Client, a_specialist: User, a_lead: User, locks: None
) -> None:
    for _ in range(8):
        sign_in(client, a_specialist.email, "not-the-password")

    assert sign_in(client, a_lead.email).status_code == 302


def test_writing_the_address_in_other_letters_does_not_start_a_new_count(
    client: Client, a_specialist: User, locks: None
) -> None:
    for turn in range(8):
        sign_in(client, a_specialist.email.upper() if turn % 2 else a_specialist.email, "not-the-password")

    assert sign_in(client, a_specialist.email).status_code == 429


def test_signing_out_needs_a_button_and_ends_the_session(client: Client, a_specialist: User) -> None:
    client.force_login(a_specialist)
    assert client.get("/accounts/sign-out").status_code == 405

    client.post("/accounts/sign-out")

    assert client.get("/rules/").status_code == 302


def test_a_new_password_is_held_to_the_rules_and_keeps_the_session(client: Client, a_specialist: User) -> None:
    sign_in(client, a_specialist.email)
    words = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    assert "at least 12 characters" in client.post("/accounts/password", words).content.decode()

    words |= {"new_password1": "rain-on-the-quay", "new_password2": "rain-on-the-quay"}
    answer = client.post("/accounts/password", words)

    assert answer["Location"] == "/accounts/password/done"
    assert client.get("/rules/").status_code == 200


def test_the_theme_is_remembered_and_leads_back(client: Client, a_specialist: User) -> None:
    client.force_login(a_specialist)

    answer = client.post("/accounts/theme", {"theme": "dark", "next": "/rules/"})

    assert (answer["Location"], answer.cookies["theme"].value) == ("/rules/", "dark")
    assert 'data-theme="dark"' in client.get("/rules/").content.decode()


def test_a_theme_that_is_none_is_not_remembered_and_nobody_is_sent_elsewhere(client: Client) -> None:
    answer = client.post("/accounts/theme", {"theme": '"><script>', "next": "//evil.example"})

    assert answer["Location"] == "/"
    assert "theme" not in answer.cookies
