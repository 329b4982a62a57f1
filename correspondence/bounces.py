"""Addresses that mail does not reach: marked by the mail server's refusal or a delivery report, cleared by people."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from smtplib import SMTPRecipientsRefused

from django.db import transaction

from correspondence.models import BadAddress, MailState, OutboundMail
from users.errors import NotAllowed, NotVisible
from users.models import User

log = logging.getLogger("redress.outbox")
# 5.7: the server does not like us or our words (RFC 3463), which says nothing of the address.
POLICY = re.compile(r"\b5\.7\.\d+")
PERMANENT = range(500, 600)


def mark(mail: OutboundMail, reason: str, *, at: datetime) -> BadAddress:
    """Remember that this mail's address cannot be reached; a second report changes nothing."""
    marked, _ = BadAddress.objects.get_or_create(
        address=mail.to.lower(), defaults={"since": at, "reason": " ".join(reason.split())[:300], "mail": mail}
    )
    return marked


def known(address: str) -> BadAddress | None:
    """Return what is known against this address, None when nothing is."""
    return BadAddress.objects.filter(address=address.lower()).first()


def is_for_good(error: BaseException) -> bool:
    """Say whether the server refused the very address, and will do so again (RFC 5321, 4.2.1: 5yz)."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    answers = list(error.recipients.values())
    said = [text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text) for _, text in answers]
    return all(code in PERMANENT for code, _ in answers) and not any(POLICY.search(text) for text in said)


@transaction.atomic
def take_report(raw: bytes, *, at: datetime) -> OutboundMail | None:
    """Take a delivery report (RFC 3464): mark the address and the mail. Returns the mail, None when it is not for us.

    Anybody can write such a mail. It is believed only when it names a Message-ID of ours and the address that very
    mail went to.
    """
    report = message_from_bytes(raw)
    failed = _failed(report)
    found = OutboundMail.objects.select_for_update(of=("self",)).filter(message_id__in=_ours(report)).first()
    if found is None or found.to.lower() not in failed:
        return None
    reason = failed[found.to.lower()]
    mark(found, reason, at=at)
    if found.state != MailState.FAILED:
        # The watch finds it as any mail that was given up, and tells whoever must know.
        found.state, found.next_attempt_at = MailState.FAILED, at
        found.last_error = f"The mail was taken and then came back. {reason}"[:1000]
        found.save(update_fields=["state", "next_attempt_at", "last_error"])
    return found


@transaction.atomic
def clear(address: str, *, actor: User, at: datetime) -> None:
    """Let mail go to this address again: an admin, or whoever it belongs to."""
    if not actor.is_active or not (actor.is_admin or actor.email.lower() == address.lower()):
        raise NotAllowed("Only an admin, or the person themselves, lets mail go to this address again.")
    gone, _ = BadAddress.objects.filter(address=address.lower()).delete()
    if not gone:
        raise NotVisible("This address is not marked.")
    log.info("%s cleared the address %s.", actor.email, address)


def _failed(report: Message) -> dict[str, str]:
    """Return the addresses the report says were not reached for good, each with why."""
    found: dict[str, str] = {}
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        # Its payload is blocks of headers: one of the report itself, then one for each recipient.
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if not isinstance(block, Message) or str(block.get("Action", "")).strip().lower() != "failed":
                continue
            recipient = str(block.get("Final-Recipient") or block.get("Original-Recipient") or "")
            status = str(block.get("Status", ""))
            if status.startswith("5.") and not POLICY.search(status):
                why = str(block.get("Diagnostic-Code") or status).partition(";")[2] or status
                found[recipient.partition(";")[2].strip().lower()] = " ".join(why.replace("\x00", "").split())[:200]
    return found


def _ours(report: Message) -> list[str]:
    """Return the Message-IDs of the mails that came back with the report, or that it says it answers.

    Some servers bring nothing back and name the mail in the report's own head, as any answer does.
    """
    found = f"{report.get('In-Reply-To', '')} {report.get('References', '')}".split()
    for part in report.walk():
        if part.get_content_type() == "text/rfc822-headers":
            found.append(str(message_from_bytes(part.get_payload(decode=True) or b"").get("Message-ID", "")))  # type: ignore[arg-type]
        elif part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                found.append(str(inner[0].get("Message-ID", "")))
    return [one.replace("\x00", "").strip().strip("<>") for one in found if one.strip()]
