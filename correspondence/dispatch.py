"""Sends what is in the outbox: each row once, again with patience when the mail server says no."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from correspondence.models import MailState, OutboundMail

ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=30)


def dispatch(now: datetime, *, batch: int = 100) -> int:
    """Send the mails that are due and return how many went out.

    Each is claimed, sent and marked in a transaction of its own. A process that dies between the mail server's yes
    and the commit sends that one mail again, with the same Message-ID.
    """
    sent = 0
    with get_connection() as connection:
        for _ in range(batch):
            outcome = _send_next(now, connection)
            if outcome is None:
                break
            sent += outcome
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
        _message(mail, connection).send()
    except (SMTPException, OSError) as error:
        mail.last_error = f"The mail server did not take it: {error}"[:1000]
        mail.next_attempt_at = now + FIRST_WAIT * 2 ** (mail.attempts - 1)
        if mail.attempts >= ATTEMPTS:
            mail.state = MailState.FAILED
    else:
        mail.state, mail.sent_at, mail.last_error = MailState.SENT, now, ""
    mail.save(update_fields=["attempts", "state", "sent_at", "last_error", "next_attempt_at"])
    return mail.state == MailState.SENT


def _message(mail: OutboundMail, connection: BaseEmailBackend) -> EmailMessage:
    subject = " ".join(mail.subject.splitlines())
    message = EmailMessage(
        subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to], connection=connection,
        headers={"Message-ID": f"<{mail.message_id.strip('<>')}>"},
    )  # fmt: skip
    if mail.letter is not None and mail.letter.pdf:
        message.attach(f"{mail.letter.case_reference}.pdf", bytes(mail.letter.pdf), "application/pdf")
    return message
