"""Keep macros: write them, change them, take them out of use."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from complaints import policy
from complaints.errors import NotVisible, Refused, Stale
from complaints.models import Macro, Purpose
from complaints.services import tags, texts
from complaints.services.macros import STEPS
from complaints.services.step import words
from users.models import User

log = logging.getLogger("redress.macros")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a macro is to do; what is left out it does not."""

    name: str
    step: str = ""
    tags: Sequence[str] = ()
    tags_off: Sequence[str] = ()
    note_text: UUID | None = None
    question_text: UUID | None = None
    gives_to_runner: bool = False
    owner: User | None = None


@transaction.atomic
def write(wish: Wish, *, actor: User, at: datetime) -> Macro:
    """Write a new macro."""
    policy.require(actor, "macros")
    return _keep(Macro(), wish, offered=True, actor=actor, at=at)


@transaction.atomic
def change(macro_id: int, wish: Wish, *, version: int, offered: bool, actor: User, at: datetime) -> Macro:
    """Write the next version of a macro; the ones before stay as they were."""
    policy.require(actor, "macros")
    before = Macro.objects.select_for_update().filter(pk=macro_id).first()
    if before is None:
        raise NotVisible("This macro does not exist.")
    if not before.is_current or before.version != version:
        raise Stale("Somebody changed this macro since you opened it. Look at it again, then decide.")
    before.is_current = False
    before.save(update_fields=["is_current"])
    return _keep(Macro(key=before.key, version=version + 1), wish, offered=offered, actor=actor, at=at)


def offered() -> QuerySet[Macro]:
    """Return the macros that may be run."""
    return Macro.objects.filter(is_current=True, is_offered=True).select_related("owner").order_by("name")


def _keep(fresh: Macro, wish: Wish, *, offered: bool, actor: User, at: datetime) -> Macro:
    fresh.name, fresh.is_offered = " ".join(words(wish.name).split())[:60], offered
    fresh.step, fresh.tags, fresh.tags_off = wish.step, tags.cleaned(wish.tags), tags.cleaned(wish.tags_off)
    fresh.note_text, fresh.question_text = wish.note_text, wish.question_text
    fresh.gives_to_runner, fresh.owner = wish.gives_to_runner, wish.owner
    _check(fresh)
    fresh.written_by, fresh.written_at = actor, at
    try:
        with transaction.atomic():
            fresh.save()
    except IntegrityError as error:
        raise Refused(f"There is a macro “{fresh.name}” already. Give this one another name.") from error
    log.info("%s wrote version %d of the macro %s (%s).", actor.email, fresh.version, fresh.key, fresh.name)
    return fresh


def _check(fresh: Macro) -> None:
    """Refuse what could never run."""
    if fresh.step and fresh.step not in STEPS:
        raise Refused("Choose one of the steps that need no words.")
    if both := sorted(set(fresh.tags) & set(fresh.tags_off)):
        raise Refused(f"It cannot put the tag {', '.join(both)} on and take it off.")
    for key, purpose in ((fresh.note_text, Purpose.NOTE), (fresh.question_text, Purpose.ASK_CUSTOMER)):
        if key and not texts.offered_for(purpose).filter(key=key).exists():
            raise Refused("Choose texts from the list. An admin may have taken one out of use meanwhile.")
    if fresh.owner and (not fresh.owner.is_active or fresh.owner.role not in policy.HANDLERS):
        raise Refused(f"{fresh.owner.name} does not handle complaints. Choose a specialist or a lead.")
    does = (
        fresh.step,
        fresh.tags,
        fresh.tags_off,
        fresh.note_text,
        fresh.question_text,
        fresh.gives_to_runner,
        fresh.owner,
    )
    if not any(does):
        raise Refused("Choose at least one thing this macro does.")
