"""The dispatcher against a real mail server that says yes, no, or nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail as locmem
from pytest_django import Settings

from correspondence.dispatch import ATTEMPTS, dispatch
from correspondence.models import MailState, OutboundMail
from correspondence.services import send_letter
from correspondence.tasks import dispatch as task
from tests.correspondence.builders import AT, a_letter, a_mail, read
from tests.correspondence.smtp import MailServer
from users.models import User

pytestmark = pytest.mark.django_db


def test_a_letter_arrives_with_its_pdf_and_its_own_message_id(mail_server: MailServer, a_specialist: User) -> None:
    letter = send_letter(a_letter(a_specialist), at=AT)

    assert dispatch(AT) == 1

    message = mail_server.taken[0]
    text, pdf = message.get_payload()
    assert message["Message-ID"] == f"<letter-{letter.pk}@larkspur.example>"
    assert (message["To"], message["Subject"]) == ("ana@customer.example", letter.subject)
    assert "you must do so within six months" in text.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert pdf.get_filename() == "C-26-004127.pdf"  # type: ignore[union-attr]
    assert "you must do so within six months" in read(pdf.get_payload(decode=True))  # type: ignore[union-attr, arg-type]
    assert letter.mails.get().state == MailState.SENT


def test_many_mails_go_out_over_one_connection(mail_server: MailServer) -> None:
    for number in range(5):
        a_mail(number)

    assert dispatch(AT) == 5

    assert mail_server.connections == 1
    assert mail_server.message_ids == [f"<mail-{number}@larkspur.example>" for number in range(5)]
    assert dispatch(AT) == 0


def test_an_empty_outbox_does_not_call_the_mail_server(mail_server: MailServer) -> None:
    assert dispatch(AT) == 0
    assert mail_server.connections == 0


def test_a_batch_has_an_end(mail_server: MailServer) -> None:
    for number in range(3):
        a_mail(number)

    assert [dispatch(AT, batch=2), dispatch(AT, batch=2)] == [2, 1]


def test_a_mail_of_tomorrow_waits(mail_server: MailServer) -> None:
    a_mail(at=AT + timedelta(days=1))

    assert [dispatch(AT), dispatch(AT + timedelta(days=1))] == [0, 1]


def test_a_mail_server_that_says_no_is_asked_again_later(mail_server: MailServer) -> None:
    mail_server.answer = lambda _: "451 too busy"
    mail = a_mail()

    dispatch(AT)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)
    assert mail.last_error == "The mail server did not take it (451). too busy"
    assert mail.next_attempt_at == AT + timedelta(minutes=1)
    mail_server.answer = lambda _: "250 taken"
    assert [dispatch(AT), dispatch(AT + timedelta(minutes=1))] == [0, 1]
    mail.refresh_from_db()
    assert (mail.state, mail.last_error, mail.sent_at) == (MailState.SENT, "", AT + timedelta(minutes=1))


def test_the_waits_grow_past_a_day_and_the_eighth_no_is_the_last(mail_server: MailServer) -> None:
    mail_server.recipient = "450 come back later"
    mail, now, waits = a_mail(), AT, []

    while mail.state == MailState.QUEUED:
        dispatch(now)
        mail.refresh_from_db()
        waits.append(mail.next_attempt_at - now)
        now = mail.next_attempt_at

    assert len(waits) == mail.attempts == ATTEMPTS == 8
    assert [wait.total_seconds() / 60 for wait in waits[:-1]] == [1, 4, 16, 64, 256, 720, 720]
    assert mail.state == MailState.FAILED
    assert mail.last_error == "The mail server does not take this address. ana@customer.example: come back later"
    assert dispatch(now + timedelta(days=30)) == 0


def test_a_mail_server_that_is_away_costs_each_mail_one_try(settings: Settings, mail_server: MailServer) -> None:
    settings.EMAIL_PORT = 1
    a_mail(1), a_mail(2)

    assert dispatch(AT) == 0

    assert set(OutboundMail.objects.values_list("attempts", "state")) == {(1, MailState.QUEUED)}
    assert "cannot be reached" in OutboundMail.objects.first().last_error  # type: ignore[union-attr]


def test_a_server_that_hangs_up_in_the_middle_does_not_take_the_next_mail_with_it(mail_server: MailServer) -> None:
    mail_server.answer = lambda message: "421 going away" if message["Subject"] == "Mail 1" else "250 taken"
    a_mail(1), a_mail(2)

    assert dispatch(AT) == 1

    assert mail_server.message_ids == ["<mail-2@larkspur.example>"]
    assert mail_server.connections == 2


@pytest.mark.parametrize(
    "to", ["", "ana@customer.example\nBcc: all@customer.example", "ana", "ana@" + "x" * 70 + ".example"]
)
def test_an_address_no_mail_can_have_fails_at_once_and_holds_up_nobody(mail_server: MailServer, to: str) -> None:
    odd, fine = a_mail(1, to=to), a_mail(2)

    dispatch(AT)

    odd.refresh_from_db(), fine.refresh_from_db()
    assert fine.state == MailState.SENT
    assert odd.state == MailState.FAILED or to == "ana"
    assert not any("Bcc" in message for message in mail_server.taken)


def test_a_subject_with_a_line_end_cannot_add_a_header(mail_server: MailServer) -> None:
    a_mail(subject="Hello\r\nBcc: all@customer.example")

    dispatch(AT)

    assert mail_server.taken[0]["Subject"] == "Hello Bcc: all@customer.example"
    assert mail_server.taken[0]["Bcc"] is None


def test_run_writes_mail_into_files_and_none_while_nothing_waits(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")

    dispatch(AT)
    before = list((tmp_path / "mail").glob("*"))
    a_mail()
    dispatch(AT)

    assert before == []
    (written,) = (tmp_path / "mail").glob("*")
    assert "Message-ID: <mail-1@larkspur.example>" in written.read_text()


def test_the_task_sends_what_waits() -> None:
    a_mail()

    task()

    assert [message.subject for message in locmem.outbox] == ["Mail 1"]
