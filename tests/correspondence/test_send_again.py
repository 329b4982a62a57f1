"""A mail that was given up can be sent again, by an admin."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.core import mail as locmem
from django.test import Client

from correspondence.dispatch import ATTEMPTS, dispatch
from correspondence.models import MailState, OutboundMail
from correspondence.services import send_again
from tests.correspondence.builders import AT, a_mail
from users.errors import NotVisible, Refused
from users.models import User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def a_failed_mail() -> OutboundMail:
    mail = a_mail()
    mail.state, mail.attempts, mail.last_error = MailState.FAILED, ATTEMPTS, "The mail server cannot be reached."
    mail.save()
    return mail


def test_a_failed_mail_goes_out_when_it_is_sent_again(an_admin: User) -> None:
    mail = send_again(a_failed_mail().pk, actor=an_admin, at=AT + DAY)

    assert (mail.state, mail.attempts, mail.next_attempt_at) == (MailState.QUEUED, 0, AT + DAY)
    assert dispatch(AT + DAY) == 1
    mail = OutboundMail.objects.get()
    assert (mail.state, mail.attempts, mail.last_error) == (MailState.SENT, 1, "")
    assert locmem.outbox[0].extra_headers["Message-ID"] == f"<{mail.message_id}>"


def test_who_sent_it_again_is_in_the_log(an_admin: User, caplog: pytest.LogCaptureFixture) -> None:
    mail = a_failed_mail()

    with caplog.at_level(logging.INFO, "redress.outbox"):
        send_again(mail.pk, actor=an_admin, at=AT)

    assert f"{an_admin.email} sends mail {mail.pk} again." in caplog.messages


@pytest.mark.parametrize(("state", "words"), [(MailState.QUEUED, "waits"), (MailState.SENT, "was sent")])
def test_what_was_not_given_up_is_not_sent_again(an_admin: User, state: str, words: str) -> None:
    mail = a_mail()
    OutboundMail.objects.update(state=state, attempts=3)

    with pytest.raises(Refused, match=words):
        send_again(mail.pk, actor=an_admin, at=AT)

    mail = OutboundMail.objects.get()
    assert (mail.state, mail.attempts) == (state, 3)


def test_a_mail_that_does_not_exist_is_not_sent(an_admin: User) -> None:
    with pytest.raises(NotVisible):
        send_again(999_999, actor=an_admin, at=AT)


def test_an_admin_sends_it_again_with_one_button_once(client: Client, an_admin: User) -> None:
    client.force_login(an_admin)
    mail = a_failed_mail()
    assert "Send again" in client.get(f"/letters/{mail.pk}").content.decode()

    page = client.post(f"/letters/{mail.pk}/send-again", follow=True).content.decode()
    second = client.post(f"/letters/{mail.pk}/send-again")

    assert "The mail is back in the outbox." in page and "Send again" not in page
    assert second.status_code == 409 and "waits in the outbox already" in second.content.decode()


@pytest.mark.parametrize("person", ["a_specialist", "a_lead", "an_auditor"])
def test_nobody_else_sends_it_again(client: Client, person: str, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(person))
    mail = a_failed_mail()

    assert client.post(f"/letters/{mail.pk}/send-again").status_code == 403
    assert OutboundMail.objects.get().state == MailState.FAILED
