"""Standard texts: write them, take them out of use, and fill one in for a case."""

from __future__ import annotations

import logging
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.formats import date_format

from complaints import policy
from complaints.errors import NotVisible, Refused, Stale
from complaints.models import Complaint, Purpose, StandardText
from complaints.services.step import local_date, words
from complaints.standard import Filled, check, fill
from users.models import User

# As many characters as a draft and a form take.
MOST = 20_000
log = logging.getLogger("redress.texts")


@transaction.atomic
def write(
    *, name: str, purpose: str, language: str, text: str, actor: User, at: datetime, offered: bool = True
) -> StandardText:
    """Write a new standard text."""
    policy.require(actor, "texts")
    return _keep(StandardText(), name, purpose, language, text, offered, actor, at)


@transaction.atomic
def change(
    text_id: int,
    *,
    version: int,
    name: str,
    purpose: str,
    language: str,
    text: str,
    offered: bool,
    actor: User,
    at: datetime,
) -> StandardText:
    """Write the next version of a standard text; the ones before stay as they were."""
    policy.require(actor, "texts")
    before = StandardText.objects.select_for_update().filter(pk=text_id).first()
    if before is None:
        raise NotVisible("This text does not exist.")
    if not before.is_current or before.version != version:
        raise Stale("Somebody changed this text since you opened it. Look at it again, then decide.")
    before.is_current = False
    before.save(update_fields=["is_current"])
    return _keep(StandardText(key=before.key, version=version + 1), name, purpose, language, text, offered, actor, at)


def _keep(
    fresh: StandardText, name: str, purpose: str, language: str, text: str, offered: bool, actor: User, at: datetime
) -> StandardText:
    fresh.name, fresh.purpose, fresh.language = " ".join(words(name).split())[:60], purpose, language.lower()
    fresh.text, fresh.is_offered = words(text.replace("\r\n", "\n")), offered
    if purpose not in Purpose.values:
        raise Refused("Choose what the text is for.")
    if not (len(fresh.language) == 2 and fresh.language.isascii() and fresh.language.isalpha()):
        raise Refused("Write the language with two letters, such as en or de.")
    check(fresh.text)
    taken = f"There is a text “{fresh.name}” for this already. Give this one another name."
    if offered and offered_for(purpose).filter(language=fresh.language, name=fresh.name).exists():
        raise Refused(taken)
    fresh.written_by, fresh.written_at = actor, at
    try:
        with transaction.atomic():
            fresh.save()
    except IntegrityError as error:
        # Another admin wrote one of this name in the same moment.
        raise Refused(taken) from error
    log.info("%s wrote version %d of the text %s (%s).", actor.email, fresh.version, fresh.key, fresh.name)
    return fresh


def offered_for(purpose: str) -> QuerySet[StandardText]:
    """Return the texts that may be picked for this purpose."""
    return StandardText.objects.filter(is_current=True, is_offered=True, purpose=purpose)


def filled(complaint: Complaint, *, text_id: str, purpose: str, actor: User) -> Filled:
    """Return a standard text with what is known of the case."""
    policy.require(actor, "note", complaint)
    wanted = text_id if text_id.isdecimal() and len(text_id) < 10 else "0"
    found = offered_for(purpose).filter(pk=wanted).first()
    if found is None:
        raise Refused("Choose a text from the list first. An admin may have changed it meanwhile.")
    return fill(found.text, _known(complaint, actor, found.language))


def below(typed: str, text: str) -> str:
    """Return what was typed with the text beneath it: nothing that stood there is lost."""
    both = f"{typed.rstrip()}\n\n{text}" if typed.strip() else text
    if len(both) > MOST:
        raise Refused("With this text your words would be longer than can be kept. Shorten them first.")
    return both


def _known(complaint: Complaint, actor: User, language: str) -> dict[str, str]:
    due = complaint.clocks.filter(obligation="final_response", kind="D", due_on__isnull=False).order_by("ends_at")
    first = next((clock for clock in due if clock.is_owed), None)
    return {
        "customer": complaint.complainant.name,
        "reference": complaint.reference,
        "subject": complaint.subject,
        "received_on": _spoken(local_date(complaint, complaint.received_at), language),
        "final_response_due": _spoken(first.due_on, language) if first and first.due_on else "",
        "respondent": complaint.respondent.name,
        "writer": actor.name,
    }


def _spoken(day: date, language: str) -> str:
    with translation.override(language):
        return date_format(day, "j F Y" if language == "en" else "DATE_FORMAT")
