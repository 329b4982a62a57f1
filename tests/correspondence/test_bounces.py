"""An address that mail does not reach is marked, nothing more is sent to it, and people clear it."""

from __future__ import annotations

import io
from datetime import timedelta
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import Client

from correspondence.bounces import clear, take_report
from correspondence.dispatch import dispatch
from correspondence.models import BadAddress, MailState, OutboundMail
from correspondence.services import send_again
from tests.correspondence.builders import AT, a_mail
from tests.correspondence.smtp import MailServer
from users.errors import NotAllowed, NotVisible, Refused
from users.models import User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TO = "ana@customer.example"


def a_report(
    *, to: str = TO, message_id: str = "mail-1@larkspur.example", action: str = "failed", status: str = "5.1.1"
) -> bytes:
    """A delivery report as mail servers write it (RFC 3464, appendix E)."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"], report["To"], report["Subject"] = (
        "MAILER-DAEMON@mx.example",
        "complaints@larkspur.example",
        "Returned",
    )
    report.attach(MIMEText("Your mail could not be delivered."))
    status_part = Message()
    status_part.add_header("Content-Type", "message/delivery-status")
    of_the_report, of_the_recipient = Message(), Message()
    of_the_report["Reporting-MTA"] = "dns; mx.example"
    of_the_recipient["Final-Recipient"] = f"rfc822; {to}"
    of_the_recipient["Action"], of_the_recipient["Status"] = action, status
    of_the_recipient["Diagnostic-Code"] = "smtp; 550 5.1.1 No such user"
    status_part.set_payload([of_the_report, of_the_recipient])
    report.attach(status_part)
    original = EmailMessage()
    original["Message-ID"], original["To"] = f"<{message_id}>", to
    original.set_content("Hello.")
    returned = Message()
    returned.add_header("Content-Type", "message/rfc822")
    returned.set_payload([original])
    report.attach(returned)
    return report.as_bytes()


def a_sent_mail() -> OutboundMail:
    mail = a_mail()
    dispatch(AT)
    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    return mail


def test_an_address_the_server_refuses_for_good_is_marked_and_the_mail_given_up_at_once(
    mail_server: MailServer,
) -> None:
    mail_server.recipient = "550 5.1.1 no such person"
    mail = a_mail()

    dispatch(AT)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.FAILED, 1)
    marked = BadAddress.objects.get()
    assert (marked.address, marked.since, marked.mail) == (TO, AT, mail)
    assert "no such person" in marked.reason


@pytest.mark.parametrize("answer", ["450 4.2.0 greylisted", "421 too busy", "550 5.7.1 we do not like you"])
def test_a_no_that_is_not_about_the_address_marks_nothing(mail_server: MailServer, answer: str) -> None:
    mail_server.recipient = answer
    mail = a_mail()

    dispatch(AT)

    mail.refresh_from_db()
    assert (mail.state, BadAddress.objects.count()) == (MailState.QUEUED, 0)


def test_to_a_marked_address_nothing_is_sent_however_it_is_spelled(mail_server: MailServer) -> None:
    a_sent_mail()
    take_report(a_report(), at=AT)

    second = a_mail(2, to="Ana@Customer.example", at=AT + DAY)
    dispatch(AT + DAY)

    second.refresh_from_db()
    assert (second.state, len(mail_server.taken)) == (MailState.FAILED, 1)
    assert second.last_error.startswith("Nothing is sent to this address since 10 June 2026, when mail came back: 550")


def test_a_delivery_report_marks_the_address_and_fails_the_mail_that_was_sent(mail_server: MailServer) -> None:
    mail = a_sent_mail()

    assert take_report(a_report(), at=AT + DAY) == mail
    take_report(a_report(), at=AT + 2 * DAY)

    mail.refresh_from_db()
    assert (mail.state, mail.next_attempt_at) == (MailState.FAILED, AT + DAY)
    assert mail.last_error == "The mail was taken and then came back. 550 5.1.1 No such user"
    assert BadAddress.objects.get().since == AT + DAY


@pytest.mark.parametrize(
    "report",
    [
        a_report(to="somebody@else.example"),
        a_report(message_id="mail-2@larkspur.example"),
        a_report(action="delayed", status="4.4.1"),
        a_report(action="delivered", status="2.0.0"),
        a_report(status="4.4.7"),
        a_report(status="5.7.1"),
        b"Subject: I am out of office\n\nBack on Monday.",
        b"\xff\xfe\x00 not a mail",
        b"",
    ],
)
def test_what_is_no_failure_of_a_mail_of_ours_marks_nothing(mail_server: MailServer, report: bytes) -> None:
    mail = a_sent_mail()

    assert take_report(report, at=AT) is None

    mail.refresh_from_db()
    assert (mail.state, BadAddress.objects.count()) == (MailState.SENT, 0)


def test_a_cleared_address_gets_mail_again(mail_server: MailServer, an_admin: User) -> None:
    mail = a_sent_mail()
    take_report(a_report(), at=AT)
    with pytest.raises(Refused, match="Clear it"):
        send_again(mail.pk, actor=an_admin, at=AT)

    clear(TO, actor=an_admin, at=AT)
    send_again(mail.pk, actor=an_admin, at=AT)

    assert dispatch(AT) == 1
    assert len(mail_server.taken) == 2


def test_an_admin_clears_any_address_everybody_else_their_own(
    mail_server: MailServer, a_lead: User, a_specialist: User
) -> None:
    mail = a_mail(to=a_lead.email)
    BadAddress.objects.create(address=a_lead.email, since=AT, reason="550", mail=mail)

    with pytest.raises(NotAllowed):
        clear(a_lead.email, actor=a_specialist, at=AT)
    clear(a_lead.email, actor=a_lead, at=AT)

    with pytest.raises(NotVisible):
        clear(a_lead.email, actor=a_lead, at=AT)


def test_the_admins_page_lists_them_and_clears_one(client: Client, an_admin: User) -> None:
    mail = a_mail()
    marked = BadAddress.objects.create(address=TO, since=AT, reason="550 <b>No such user</b>", mail=mail)
    client.force_login(an_admin)

    page = client.get("/letters/addresses").content.decode()
    client.post(f"/letters/addresses/{marked.pk}/clear")

    assert TO in page and "550 &lt;b&gt;No such user&lt;/b&gt;" in page
    assert not BadAddress.objects.exists()


def test_a_mail_server_pipes_a_report_into_the_command(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    a_sent_mail()

    for report in (a_report(), b"hello"):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(report)))
        call_command("take_bounce")

    assert capsys.readouterr().out.splitlines() == [
        f"Marked {TO}.", "This is no report of a mail of ours; nothing was changed."
    ]  # fmt: skip
