"""Sends what is in the outbox: each row leased, sent, and marked; again with patience when the mail server says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from time import monotonic
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q

from correspondence import bounces
from correspondence.gathering import gather
from correspondence.models import BadAddress, MailState, OutboundMail

ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=12)
# Longer than a talk with a mail server may take. Whoever dies with a mail gives it back after this.
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try: sent, or why not, and whether trying again would be of no use."""

    error: str = ""
    hopeless: bool = False
    refused_address: bool = False


def dispatch(now: datetime, *, batch: int = 100) -> int:
    """Send the mails that are due and return how many went out.

    Each is leased in a transaction, sent outside of any, and marked in another, so that two dispatchers never send the
    same one. A process that dies between the mail server's yes and its mark leaves the mail to the next, once the lease
    is over: it goes out again, with the same Message-ID, by which the receiving side recognises the repeat.
    """
    gather(now)
    sent, began, connection = 0, monotonic(), get_connection()
    try:
        for _ in range(batch):
            mail = _lease(now, now + timedelta(seconds=monotonic() - began) + LEASE)
            if mail is None:
                break
            sent += _mark(mail, _try(mail, connection), now=now)
    finally:
        connection.close()
    return sent


@transaction.atomic
def _lease(now: datetime, until: datetime) -> OutboundMail | None:
    """Take the mail that waits longest, so that nobody else sends it meanwhile."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    # Another dispatcher's mail is skipped, not waited for.
    waiting = OutboundMail.objects.select_for_update(skip_locked=True, of=("self",)).select_related("letter")
    due = waiting.filter(free, state=MailState.QUEUED, next_attempt_at__lte=now)
    mail = due.order_by("next_attempt_at", "pk").first()
    if mail is None:
        return None
    mail.lease, mail.leased_until = uuid4(), until
    mail.attempts += 1
    mail.save(update_fields=["lease", "leased_until", "attempts"])
    return mail


def _try(mail: OutboundMail, connection: BaseEmailBackend) -> Outcome:
    """Send it, and return what came of it."""
    if marked := bounces.known(mail.to):
        return Outcome(refusal(marked), hopeless=True)
    try:
        connection.open()
        _message(mail, connection).send()
    except (SMTPException, OSError) as error:
        # A connection that failed once may be half closed; the next mail opens a fresh one.
        connection.close()
        for_good = bounces.is_for_good(error)
        return Outcome(in_words(error), hopeless=for_good, refused_address=for_good)
    except ValueError as error:
        # An address or subject no mail can carry will not get better. It must not hold up the mails behind it.
        return Outcome(f"This mail cannot be written: {error}", hopeless=True)
    return Outcome()


@transaction.atomic
def _mark(mail: OutboundMail, outcome: Outcome, *, now: datetime) -> bool:
    """Write down what came of it, unless the lease is another's by now; return whether it went out."""
    mine = OutboundMail.objects.filter(pk=mail.pk, lease=mail.lease)
    if not outcome.error:
        return bool(mine.update(state=MailState.SENT, sent_at=now, last_error="", lease=None, leased_until=None))
    given_up = outcome.hopeless or mail.attempts >= ATTEMPTS
    marked = mine.update(
        state=MailState.FAILED if given_up else MailState.QUEUED, last_error=outcome.error[:1000],
        next_attempt_at=now if outcome.hopeless else now + wait_after(mail.attempts), lease=None, leased_until=None,
    )  # fmt: skip
    if marked and outcome.refused_address:
        bounces.mark(mail, outcome.error, at=now)
    return False


def wait_after(attempts: int) -> timedelta:
    """Return the time until the next try: 1, 4, 16, 64 minutes, 4 hours, then every 12 hours."""
    return min(FIRST_WAIT * 4 ** (attempts - 1), LONGEST_WAIT)


def refusal(marked: BadAddress) -> str:
    """Return why nothing is sent to an address that is marked."""
    return (
        f"Nothing is sent to this address since {marked.since:%-d %B %Y}, when mail came back: {marked.reason} "
        "When it is right again, clear it under Addresses, then send this mail again."
    )


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
