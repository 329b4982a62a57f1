"""The outbox, for admins."""

from __future__ import annotations

import pytest
from django.test import Client

from correspondence.models import MailState, OutboundMail
from correspondence.services import send_letter
from tests.correspondence.builders import AT, a_letter, a_mail
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, an_admin: User) -> Client:
    client.force_login(an_admin)
    return client


@pytest.mark.parametrize("person", ["a_specialist", "a_lead", "an_auditor"])
def test_only_admins_read_the_outbox(client: Client, person: str, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(person))
    mail = send_letter(a_letter(request.getfixturevalue("a_specialist")), at=AT).mails.get()

    answers = [client.get(f"/letters/{path}").status_code for path in ("", mail.pk, f"{mail.pk}.pdf")]

    assert answers == [403, 403, 403]


def test_an_empty_outbox_says_so(admin: Client) -> None:
    assert "No mail is here." in admin.get("/letters/").content.decode()


def test_the_outbox_says_what_went_wrong(admin: Client) -> None:
    mail = a_mail(subject="<b>Hello</b>")
    OutboundMail.objects.filter(pk=mail.pk).update(attempts=3, last_error="The mail server cannot be reached.")

    page = admin.get("/letters/").content.decode()

    assert "&lt;b&gt;Hello&lt;/b&gt;" in page and "The mail server cannot be reached." in page


def test_the_outbox_goes_on_with_older_mail_and_shows_each_once(admin: Client) -> None:
    for number in range(1, 121):
        a_mail(number)

    seen, address = [], "/letters/"
    while address:
        context = admin.get(address).context
        seen += [mail.subject for mail in context["mails"]]
        address = f"/letters/?before={context['more']}" if context["more"] else ""

    assert seen == [f"Mail {number}" for number in range(120, 0, -1)]


def test_the_outbox_shows_one_state_alone(admin: Client) -> None:
    a_mail(1)
    OutboundMail.objects.filter(pk=a_mail(2).pk).update(state=MailState.FAILED)

    assert [mail.subject for mail in admin.get("/letters/?state=failed").context["mails"]] == ["Mail 2"]


@pytest.mark.parametrize("nonsense", ["state=lost", "before=x", "before=-1", "before=" + "9" * 40, "before=٣"])
def test_nonsense_in_the_address_is_not_an_error(admin: Client, nonsense: str) -> None:
    a_mail()

    assert admin.get(f"/letters/?{nonsense}").status_code == 200


def test_a_mail_is_shown_as_it_is_sent_with_its_letter(admin: Client, a_specialist: User) -> None:
    letter = send_letter(a_letter(a_specialist, reasons="<i>Because.</i>"), at=AT)
    mail = letter.mails.get()

    page, pdf = admin.get(f"/letters/{mail.pk}").content.decode(), admin.get(f"/letters/{mail.pk}.pdf")

    assert mail.message_id in page and "&lt;i&gt;Because.&lt;/i&gt;" in page and f"/letters/{mail.pk}.pdf" in page
    assert (pdf["Content-Type"], pdf.content) == ("application/pdf", bytes(letter.pdf or b""))


def test_a_mail_without_a_letter_has_no_pdf(admin: Client) -> None:
    mail = a_mail()

    assert admin.get(f"/letters/{mail.pk}.pdf").status_code == 404
    assert admin.get("/letters/999999").status_code == 404
