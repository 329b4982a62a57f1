"""Nobody misses a mail that was given up: the case's lead, or every admin, is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.models import Complaint, Entry, Kind
from complaints.services.story import first_broken_link
from correspondence.dispatch import ATTEMPTS
from correspondence.models import MailState, OutboundMail
from correspondence.services import queue_mail, send_again, send_letter
from escalations.models import Escalation, Notice, Reason
from escalations.sweep import sweep
from escalations.tasks import watch as watch_task
from escalations.undelivered import TOLD, tell_of_failed_mail
from escalations.words import SET_ASIDE
from tests.conftest import AT, Register
from tests.correspondence.builders import a_letter
from users.models import Role, User

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ERROR = "The mail server does not take this address. ana@customer.example: No such user"
SAID = f"The letter could not be delivered: {ERROR}"


def given_up(mail: OutboundMail, error: str = ERROR) -> OutboundMail:
    """A mail that the dispatcher has tried for the last time."""
    mail.state, mail.attempts, mail.last_error = MailState.FAILED, ATTEMPTS, error
    mail.save()
    return mail


def a_failed_letter(complaint: Complaint, actor: User) -> OutboundMail:
    return given_up(send_letter(a_letter(actor, reference=complaint.reference), at=AT).mails.get())


def a_failed_notice(number: int = 1) -> OutboundMail:
    mail = queue_mail(
        message_id=f"notice-{number}@redress", to="tom.okafor@larkspur.example", subject="Missed", body="Look.", at=AT
    )
    return given_up(mail, "It cannot be reached.")


def bells() -> list[tuple[User, str]]:
    return [(notice.user, notice.text) for notice in Notice.objects.select_related("user").order_by("pk")]


def test_the_lead_gets_one_escalation_for_a_letter_that_failed_not_two(
    a_registered: Register, a_specialist: User, a_lead: User, an_admin: User
) -> None:
    complaint = a_registered()
    a_failed_letter(complaint, a_specialist)

    for hours in range(3):
        tell_of_failed_mail(AT + hours * HOUR)

    escalation = Escalation.objects.get()
    assert (escalation.reason, escalation.assigned_to, escalation.raised_by) == (Reason.UNDELIVERED, a_lead, None)
    assert (escalation.complaint, escalation.text) == (complaint, SAID)
    line = f"{complaint.reference}: {SAID}"
    assert bells() == [(a_lead, line), (a_specialist, line)]
    assert OutboundMail.objects.get(to=a_lead.email).subject == f"Letter not delivered: {complaint.reference}"
    # The story stays for ever, so it does not hold what the mail server said of an address.
    assert [entry.data["text"] for entry in Entry.objects.filter(kind=Kind.ESCALATED)] == [TOLD]
    assert first_broken_link(complaint.story.order_by("seq")) is None


def test_a_letter_whose_case_has_no_lead_goes_to_every_admin(
    a_registered: Register, a_specialist: User, a_lead: User, an_admin: User
) -> None:
    User.objects.filter(pk=a_lead.pk).update(is_active=False)
    a_failed_letter(a_registered(), a_specialist)

    tell_of_failed_mail(AT)

    assert Escalation.objects.get().assigned_to is None
    assert {user for user, _ in bells()} == {an_admin, a_specialist}


def test_a_letter_sent_again_that_fails_again_is_told_again(a_registered: Register, a_specialist: User) -> None:
    mail = a_failed_letter(a_registered(), a_specialist)
    tell_of_failed_mail(AT)
    again = send_again(mail.pk, actor=a_specialist, at=AT + HOUR)
    tell_of_failed_mail(AT + HOUR)
    assert Escalation.objects.count() == 1

    given_up(again)
    tell_of_failed_mail(AT + 2 * HOUR)

    assert Escalation.objects.count() == 2


def test_a_mail_of_no_case_is_on_every_admins_bell_once_and_mails_nobody(an_admin: User, a_lead: User) -> None:
    second = User.objects.create_user("ola@larkspur.example", "a-long-password", name="Ola", role=Role.ADMIN)
    mail = a_failed_notice()

    for hours in range(3):
        tell_of_failed_mail(AT + hours * HOUR)

    words = f"A mail to {mail.to} could not be delivered: It cannot be reached."
    assert bells() == [(an_admin, words), (second, words)]
    assert list(OutboundMail.objects.all()) == [mail]
    assert not Escalation.objects.exists()


def test_many_mails_of_no_case_are_one_line(an_admin: User) -> None:
    for number in range(5):
        a_failed_notice(number)

    tell_of_failed_mail(AT)
    tell_of_failed_mail(AT + HOUR)

    words = "5 mails, the first to tom.okafor@larkspur.example, could not be delivered: It cannot be reached."
    assert bells() == [(an_admin, words)]


def test_a_letter_of_a_case_we_do_not_have_goes_to_the_admins(an_admin: User, a_specialist: User) -> None:
    given_up(send_letter(a_letter(a_specialist, reference="C-20-000001"), at=AT).mails.get())

    tell_of_failed_mail(AT)

    assert [user for user, _ in bells()] == [an_admin]


def test_mail_that_waits_or_was_sent_is_nobodys_business(
    a_registered: Register, a_specialist: User, an_admin: User
) -> None:
    mail = a_failed_letter(a_registered(), a_specialist)
    for state in (MailState.QUEUED, MailState.SENT):
        OutboundMail.objects.filter(pk=mail.pk).update(state=state)
        tell_of_failed_mail(AT)

    assert not Escalation.objects.exists() and bells() == []


def test_a_broken_story_does_not_keep_the_lead_from_being_told_nor_from_the_sweeps_own_word(
    a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_registered()
    last = Entry.objects.filter(complaint=complaint).order_by("-seq")[0].seq
    Entry.objects.create(
        complaint=complaint, seq=last + 1, kind=Kind.NOTED, occurred_at=AT, recorded_at=AT, digest="0" * 64
    )
    a_failed_letter(complaint, a_specialist)

    tell_of_failed_mail(AT)
    sweep(AT + timedelta(days=400))

    assert list(Escalation.objects.order_by("pk").values_list("text", "assigned_to")) == [
        (SAID, a_lead.pk),
        (SET_ASIDE, a_lead.pk),
    ]


def test_the_watch_looks_for_it(a_registered: Register, a_specialist: User) -> None:
    a_failed_letter(a_registered(), a_specialist)

    watch_task()

    assert Escalation.objects.get().text == SAID
