"""What an entity of the firm is to the law: the days on which it is open. Its open complaints follow a change."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from complaints import policy
from complaints.errors import NotVisible, Refused
from complaints.models import Complaint, Kind, Respondent
from complaints.services.clocks import Followed as InMemory
from complaints.services.clocks import follow_in_memory
from complaints.services.following import BATCH, Followed, store
from complaints.services.law import facts_known, facts_of
from complaints.services.planning import House
from complaints.services.step import words
from complaints.services.story import append
from regulations import books, engine
from users.models import User

log = logging.getLogger("redress.respondents")
FACT = "provider_open_days"


def set_open_days(respondent_id: int, *, calendar: str, reason: str, actor: User, at: datetime) -> Followed:
    """Say on which days this entity is open ("" = as the law's calendar); its open complaints follow at once.

    They follow batch by batch. A run that was cut off is finished by saving the same again: who was told is left alone.
    """
    policy.require(actor, "open_days")
    why = words(reason)
    respondent = _save(respondent_id, calendar, why, actor)
    total, last = Followed(), 0
    while batch := _open(respondent, last):
        total, last = total + _tell_batch(batch, why, actor, at), batch[-1]
    log.info("%d open complaints of %s follow its opening days.", total.complaints, respondent.key)
    if total.set_aside:
        log.error("%d complaints of %s cannot follow its opening days.", total.set_aside, respondent.key)
    return total


@transaction.atomic
def _save(respondent_id: int, calendar: str, reason: str, actor: User) -> Respondent:
    respondent = Respondent.objects.select_for_update().filter(pk=respondent_id).first()
    if respondent is None:
        raise NotVisible("This entity does not exist.")
    if calendar and calendar not in books.current().calendars:
        raise Refused(f"There is no calendar {calendar}. Choose one that is published.")
    before, respondent.open_days = respondent.open_days, calendar
    respondent.save(update_fields=["open_days"])
    log.info(
        "%s changed the opening days of %s from %r to %r: %s", actor.email, respondent.key, before, calendar, reason
    )
    return respondent


def _open(respondent: Respondent, after: int) -> list[int]:
    unfinished = Complaint.objects.filter(respondent=respondent, pk__gt=after, has_ended=False)
    return list(unfinished.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _tell_batch(batch: Sequence[int], reason: str, actor: User, at: datetime) -> Followed:
    law = books.current()
    house = House.now(law)
    # Locked in one order, so that two changes wait for each other; what was finished meanwhile stays as it was.
    locked = Complaint.objects.filter(pk__in=batch, has_ended=False).order_by("pk").select_for_update()
    held = list(locked.values_list("pk", flat=True))
    rows = (
        Complaint.objects.filter(pk__in=held)
        .select_related("respondent", "complainant", "team", "category")
        .order_by("pk")
    )
    followed: list[Complaint] = []
    made: list[InMemory] = []
    aside = 0
    for complaint in rows.prefetch_related("story", "clocks"):
        story, facts = list(complaint.story.all()), facts_of(complaint)
        if facts_known(story).get(FACT) == facts.get(FACT):
            continue
        data: dict[str, object] = {"facts": facts, "text": f"Opening days of {complaint.respondent}: {reason}"}
        told = append(complaint, Kind.FACTS_CHANGED, actor=actor, at=at, occurred_at=None, data=data)
        try:
            one = follow_in_memory(complaint, [*story, told], list(complaint.clocks.all()), law, house, at=at)
        except (engine.EngineError, KeyError):
            aside += 1
            continue
        followed.append(complaint)
        made.append(replace(one, entries=[told, *one.entries]))
    return store(followed, made, law, at=at) + Followed(set_aside=aside)
