"""Reads the mailbox that delivery reports come back to (IMAP): each report marks its address, then is marked as read."""

from __future__ import annotations

import imaplib
import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from correspondence.bounces import take_report

log = logging.getLogger("redress.outbox")
# Seconds for one step of the talk; mails of one run, so that a flooded mailbox does not keep a worker.
STEP, MOST = 10.0, 200
# A report brings back the mail it is about; what it says of it stands at the beginning.
LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Read:
    """What was in the mailbox: reports of ours, and other mails, which are left for people."""

    reports: int = 0
    others: int = 0


class MailboxAway(RuntimeError):
    """The mailbox cannot be read; the text says why."""


def configured() -> bool:
    """True when there is a mailbox to read."""
    return bool(settings.BOUNCE_IMAP_HOST)


def read(clock: Callable[[], datetime]) -> Read:
    """Take every report that nobody has seen. Raises MailboxAway.

    A report counts as read only after what it says is kept: who dies in between reads it again, which changes nothing.
    Any other mail is flagged and left unread, for a person; it is not looked at twice.
    """
    reports = others = 0
    try:
        with _open() as box:
            for number in _unseen(box):
                ours = take_report(_fetched(box, number), at=clock()) is not None
                reports, others = reports + ours, others + (not ours)
                _said(box.uid("STORE", number, "+FLAGS", r"(\Seen)" if ours else r"(\Flagged)"))
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxAway(f"The mailbox for returned mail cannot be read: {error}") from error
    return Read(reports, others)


@contextmanager
def _open() -> Iterator[imaplib.IMAP4]:
    host, port = settings.BOUNCE_IMAP_HOST, settings.BOUNCE_IMAP_PORT
    if settings.BOUNCE_IMAP_TLS:
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=STEP)
    else:
        box = imaplib.IMAP4(host, port, timeout=STEP)
    try:
        box.login(settings.BOUNCE_IMAP_USER, settings.BOUNCE_IMAP_PASSWORD)
        _said(box.select(f'"{settings.BOUNCE_IMAP_FOLDER}"'))
        yield box
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            box.logout()


def _unseen(box: imaplib.IMAP4) -> list[str]:
    found = _said(box.uid("SEARCH", "UNSEEN", "UNFLAGGED"))
    return (found[0] or b"").decode("ascii").split()[:MOST]


def _fetched(box: imaplib.IMAP4, number: str) -> bytes:
    """Return the beginning of a mail without marking it as read; nothing when somebody removed it meanwhile."""
    parts = _said(box.uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST}>)"))
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")


def _said(answer: tuple[str, list[Any]]) -> list[Any]:
    """Return what the server answered; its no is an error."""
    status, words = answer
    if status != "OK":
        raise imaplib.IMAP4.error(str(words))
    return words
