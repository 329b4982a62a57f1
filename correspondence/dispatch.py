"""Sends what is in the outbox: each row once, again with patience when the mail server says no."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from correspondence.models import MailState, OutboundMail

ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=12)


def dispatch(now: datetime, *, batch: int = 100) -> int:
    """Send the mails that are due and return how many went out.

    Each is claimed, sent and marked in a transaction of its own, so that two dispatchers never send the same one.
    A process that dies between the mail server's yes and the commit leaves the mail queued: it goes out again,
    with the same Message-ID, by which the receiving side recognises the repeat.
    """
    sent, connection = 0, get_connection()
    try:
        for _ in range(batch):
            outcome = _send_next(now, connection)
            if outcome is None:
                break
            sent += outcome
    finally:
        connection.close()
    return sent


@transaction.atomic
def _send_next(now: datetime, connection: BaseEmailBackend) -> bool | None:
    """Send the mail that waits longest; return whether it went out, None when none waits."""
    # Another dispatcher's mail is skipped, not waited for.
    waiting = OutboundMail.objects.select_for_update(skip_locked=True, of=("self",)).select_related("letter")
    mail = waiting.filter(state=MailState.QUEUED, next_attempt_at__lte=now).order_by("next_attempt_at", "pk").first()
    if mail is None:
        return None
    mail.attempts += 1
    try:
        connection.open()
        _message(mail, connection).send()
    except (SMTPException, OSError) as error:
        # A connection that failed once may be half closed; the next mail opens a fresh one.
        connection.close()
        _wait(mail, now, in_words(error))
    except ValueError as error:
        # An address or subject no mail can carry will not get better. It must not hold up the mails behind it.
        mail.state, mail.last_error = MailState.FAILED, f"This mail cannot be written: {error}"[:1000]
    else:
        mail.state, mail.sent_at, mail.last_error = MailState.SENT, now, ""
    mail.save(update_fields=["attempts", "state", "sent_at", "last_error", "next_attempt_at"])
    return mail.state == MailState.SENT


def _wait(mail: OutboundMail, now: datetime, error: str) -> None:
    """Try again later: after 1, 4, 16, 64 minutes, 4 hours, then every 12 hours; give up after the eighth time."""
    mail.last_error = error[:1000]
    mail.next_attempt_at = now + min(FIRST_WAIT * 4 ** (mail.attempts - 1), LONGEST_WAIT)
    if mail.attempts >= ATTEMPTS:
        mail.state = MailState.FAILED


def in_words(error: SMTPException | OSError) -> str:
    """Say what the mail server did, for the person who reads the outbox."""
    if isinstance(error, SMTPRecipientsRefused):
        said = "; ".join(f"{to}: {_text(answer)}" for to, (_, answer) in error.recipients.items())
        return f"The mail server does not take this address. {said}"
    if isinstance(error, SMTPResponseException):
        return f"The mail server did not take it ({error.smtp_code}). {_text(error.smtp_error)}"
    if isinstance(error, SMTPException):
        return f"The mail server did not take it. {error}"
    return f"The mail server cannot be reached. {error}"


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def _message(mail: OutboundMail, connection: BaseEmailBackend) -> EmailMessage:
    if not mail.to:
        raise ValueError("it has no address")  # Django would send it to nobody and say nothing.
    subject = " ".join(mail.subject.splitlines())
    message = EmailMessage(
        subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to], connection=connection,
        headers={"Message-ID": f"<{mail.message_id.strip('<>')}>"},
    )  # fmt: skip
    if mail.letter is not None and mail.letter.pdf:
        message.attach(f"{mail.letter.case_reference}.pdf", bytes(mail.letter.pdf), "application/pdf")
    return message
