"""Write, change, approve and send letters, and put mail into the outbox."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from correspondence import bounces, pdf
from correspondence.letters import LetterContext, LetterProblem, clean, digest_of, filled
from correspondence.models import Letter, LetterState, MailState, OutboundMail
from correspondence.templates import Template, choose, load_templates
from users.errors import NotVisible, Refused
from users.models import User

log = logging.getLogger("redress.outbox")
Block = dict[str, str]


@dataclass(frozen=True, slots=True)
class ClauseState:
    """One clause of a letter: whether it stands there, and under which number."""

    key: str
    title: str
    citation: str
    required: bool
    present: bool
    number: int


def draft_letter(kind: str, context: LetterContext, *, actor: User, at: datetime) -> Letter:
    """Write a letter of this kind from what is known of the case. Raises LetterProblem naming what is missing."""
    template, words = choose(kind, context), context.words()
    blocks = [
        {"clause": block.clause, "heading": block.heading, "text": filled(block.text, words)}
        for block in template.blocks
    ]
    subject = filled(template.subject, words)
    return Letter.objects.create(
        kind=kind, case_reference=context.reference, template=template.key, language=context.language,
        sender_name=context.sender_name, sender_firm=context.sender_firm, recipient_name=context.recipient_name,
        recipient_email=context.recipient_email, recipient_address=context.recipient_address, dated=context.dated,
        subject=subject, blocks=blocks, digest=digest_of(subject, blocks), created_by=actor, created_at=at,
        words=words,
    )  # fmt: skip


@transaction.atomic
def edit_letter(letter: Letter, *, blocks: Sequence[Block], actor: User, at: datetime) -> Letter:
    """Replace the letter's words; an approved letter is a draft again when they changed."""
    _lock_unsent(letter)
    kept = [{key: clean(str(block.get(key, ""))) for key in ("clause", "heading", "text")} for block in blocks]
    digest = digest_of(letter.subject, kept)
    if digest != letter.digest:
        letter.state = LetterState.DRAFT
    letter.blocks, letter.digest = kept, digest
    letter.save(update_fields=["blocks", "digest", "state"])
    return letter


@transaction.atomic
def insert_clause(letter: Letter, *, clause: str, actor: User, at: datetime) -> Letter:
    """Put the standard words of a required clause at its place in the letter."""
    _lock_unsent(letter)
    template = _template(letter)
    wanted = next((block for block in template.clauses if block.clause == clause), None)
    if wanted is None:
        raise LetterProblem("This letter needs no such clause.")
    order = [block.clause for block in template.clauses]
    fresh = {"clause": clause, "heading": wanted.heading, "text": filled(wanted.text, letter.words)}
    blocks = [dict(block) for block in letter.blocks]
    for place, block in enumerate(blocks):
        if block["clause"] == clause:
            blocks[place] = fresh
            return edit_letter(letter, blocks=blocks, actor=actor, at=at)
    later = order[order.index(clause) + 1 :]
    place = next((place for place, block in enumerate(blocks) if block["clause"] in later), len(blocks))
    blocks.insert(place, fresh)
    return edit_letter(letter, blocks=blocks, actor=actor, at=at)


@transaction.atomic
def approve_letter(letter: Letter) -> Letter:
    """Mark exactly these words as approved."""
    _lock_unsent(letter)
    letter.state = LetterState.APPROVED
    letter.save(update_fields=["state"])
    return letter


@transaction.atomic
def send_letter(letter: Letter, *, at: datetime) -> Letter:
    """Keep the letter as the customer gets it, and put it into the outbox when there is an address."""
    _lock_unsent(letter)
    if missing := missing_clauses(letter):
        raise LetterProblem(f"The letter does not say yet: {'; '.join(missing)}.")
    letter.pdf, letter.state, letter.sent_at = pdf.render(letter), LetterState.SENT, at
    letter.save(update_fields=["pdf", "state", "sent_at"])
    if letter.recipient_email:
        queue_mail(
            message_id=f"letter-{letter.pk}@{_domain()}", to=letter.recipient_email, subject=letter.subject,
            body=plain(letter), letter=letter, at=at,
        )  # fmt: skip
    return letter


def _lock_unsent(letter: Letter) -> None:
    """Read the letter again, as it is now, and refuse when it was sent."""
    # Two people at one letter: the second waits, then sees what the first did.
    letter.refresh_from_db(from_queryset=Letter.objects.select_for_update())
    if letter.state == LetterState.SENT:
        raise LetterProblem("This letter was already sent. It stays as the customer got it; write a new one.")


def _domain() -> str:
    """Return the domain we mail from, the part of a Message-ID that is ours alone."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")


def plain(letter: Letter) -> str:
    """Return the letter as the text of a mail."""
    said = [f"Dear {letter.recipient_name},"]
    for block in letter.blocks:
        if not block["text"].strip():
            continue
        said += [block["heading"]] if block["heading"] else []
        said.append(block["text"])
    said.append(f"Yours sincerely,\n{letter.sender_name}\n{letter.sender_firm}")
    said.append(f"Our reference: {letter.case_reference}")
    return "\n\n".join(part for part in said if part) + "\n"


def clause_states(letter: Letter) -> list[ClauseState]:
    """Return every clause of the letter's template, in order, and whether it stands in the letter."""
    there = {block["clause"] for block in letter.blocks if block.get("clause") and block["text"].strip()}
    return [
        ClauseState(block.clause, block.title, block.cited, block.enforced, block.clause in there, number)
        for number, block in enumerate(_template(letter).clauses, 1)
    ]


def missing_clauses(letter: Letter) -> tuple[str, ...]:
    """Return the titles of the required clauses that do not stand in the letter."""
    return tuple(state.title for state in clause_states(letter) if state.required and not state.present)


def standard_blocks(letter: Letter) -> list[Block]:
    """Return the letter as its template has it, with what is known of the case filled in."""
    return [
        {"clause": block.clause, "heading": block.heading, "text": filled(block.text, letter.words)}
        for block in _template(letter).blocks
    ]


def _template(letter: Letter) -> Template:
    try:
        return load_templates()[letter.template]
    except KeyError as error:
        raise LetterProblem(f"The letter's template {letter.template} is no longer there.") from error


def queue_mail(
    *, message_id: str, to: str, subject: str, body: str, letter: Letter | None = None, at: datetime
) -> OutboundMail:
    """Put a mail into the outbox; the same message again is the mail that is there."""
    mail, _ = OutboundMail.objects.get_or_create(
        message_id=message_id,
        defaults={
            "to": to, "subject": subject, "body": body, "letter": letter, "next_attempt_at": at, "created_at": at,
        },
    )  # fmt: skip
    return mail


@transaction.atomic
def send_again(mail_id: int, *, actor: User, at: datetime) -> OutboundMail:
    """Put a mail that was given up back into the outbox, with all its tries before it."""
    # A dispatcher may hold it, or another admin: who waits here sees what they did.
    mail = OutboundMail.objects.select_for_update().filter(pk=mail_id).first()
    if mail is None:
        raise NotVisible("This mail does not exist.")
    if mail.state == MailState.SENT:
        raise Refused("This mail was sent. The mail server took it; it does not go out a second time.")
    if mail.state == MailState.LISTED:
        raise Refused("This mail went out in a list. Send the list again if that was given up.")
    if marked := bounces.known(mail.to):
        raise Refused(f"Mail to {mail.to} comes back: {marked.reason} Clear it under Addresses when it is right again.")
    if mail.state == MailState.QUEUED:
        raise Refused("This mail waits in the outbox already. It goes out by itself.")
    # The last error stays until the mail is out: it is why somebody had to send it again.
    mail.state, mail.attempts, mail.next_attempt_at = MailState.QUEUED, 0, at
    mail.save(update_fields=["state", "attempts", "next_attempt_at"])
    log.info("%s sends mail %s again.", actor.email, mail.pk)
    return mail
