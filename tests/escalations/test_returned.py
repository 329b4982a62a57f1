"""Mail that comes back is read from its mailbox: a report marks its address, all else is left for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from correspondence import mailbox
from correspondence.models import BadAddress, MailState, OutboundMail
from escalations.channels import channels
from escalations.models import Pulse
from escalations.watch import read_returned
from tests.correspondence.builders import AT, a_mail
from tests.correspondence.imap import Mailbox, a_mailbox
from tests.correspondence.shapes import SHAPES, a_shape
from tests.correspondence.test_bounces import TO, a_report

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def box(settings: Settings) -> Iterator[Mailbox]:
    with a_mailbox() as server:
        settings.BOUNCE_IMAP_HOST, settings.BOUNCE_IMAP_PORT = "127.0.0.1", server.port
        settings.BOUNCE_IMAP_USER, settings.BOUNCE_IMAP_PASSWORD = "returned", "secret"
        settings.BOUNCE_IMAP_TLS = False
        yield server


def a_sent_mail() -> OutboundMail:
    mail = a_mail()
    OutboundMail.objects.update(state=MailState.SENT, sent_at=AT)
    return mail


def read() -> mailbox.Read:
    return mailbox.read(lambda: AT + MINUTE)


def test_a_report_marks_the_address_and_is_read_once(box: Mailbox) -> None:
    mail = a_sent_mail()
    number = box.put(a_report())

    assert (read(), read()) == (mailbox.Read(reports=1), mailbox.Read())

    assert BadAddress.objects.get().mail == mail
    assert box.flags[number] == {"\\Seen"}
    assert box.fetched == 1


def test_what_is_no_report_of_ours_is_left_unread_and_flagged_for_a_person(box: Mailbox) -> None:
    a_sent_mail()
    mails = [
        b"Subject: When do I get my money?\r\n\r\nI wait.",
        a_report(message_id="theirs@x.example"),
        b"",
        b"\0\xff",
    ]
    numbers = [box.put(mail) for mail in mails]

    assert (read(), read()) == (mailbox.Read(others=4), mailbox.Read())

    assert [box.flags[number] for number in numbers] == [{"\\Flagged"}] * 4
    assert not BadAddress.objects.exists()


def test_a_report_that_could_not_be_marked_as_read_is_read_again_and_changes_nothing(box: Mailbox) -> None:
    a_sent_mail()
    box.put(a_report())
    box.refuses = b"STORE"
    with pytest.raises(mailbox.MailboxAway, match="not now"):
        read()
    box.refuses = b""

    assert read() == mailbox.Read(reports=1)

    assert BadAddress.objects.count() == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_reports_of_the_usual_mail_servers_are_understood(box: Mailbox, shape: str) -> None:
    mail = a_sent_mail()
    box.put(a_shape(shape, to=TO, message_id=mail.message_id))

    assert read() == mailbox.Read(reports=1)

    mail.refresh_from_db()
    assert mail.state == MailState.FAILED
    assert "550" in BadAddress.objects.get().reason or "5.1." in BadAddress.objects.get().reason


def test_a_mailbox_that_is_away_is_said_under_is_anything_late(box: Mailbox) -> None:
    read_returned(lambda: AT)
    assert channels(AT + 5 * MINUTE)[0].trouble == ""

    box.password = "another"
    read_returned(lambda: AT + 11 * MINUTE)

    assert Pulse.objects.get(name="returned").at == AT
    assert "The mailbox for returned mail is not read." in channels(AT + 11 * MINUTE)[0].trouble


def test_without_a_mailbox_nothing_is_read_and_nothing_is_wrong(settings: Settings) -> None:
    settings.BOUNCE_IMAP_HOST = ""

    assert read_returned(lambda: AT) == mailbox.Read()
    assert channels(AT)[0].trouble == ""
