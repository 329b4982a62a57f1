"""After a publication the open complaints follow: found by their pins, derived again, batch by batch."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import transaction
from django.db.models import QuerySet

from complaints.models import Complaint
from complaints.services.clocks import Followed as InMemory
from complaints.services.clocks import follow_in_memory, write
from complaints.services.planning import House
from complaints.services.sets import update_rows
from complaints.services.targets import follow_stored
from regulations import books, engine
from regulations.books import Law

log = logging.getLogger("redress.following")
# Complaints in one transaction: their locks are held for well under a second.
BATCH = 200
# How long one run may work. It is less than the time between two runs, so a worker stays free for the sweep.
SLICE = 4.0
CHANGED = [
    "story_length", "story_digest", "last_event_at", "next_due_at", "next_check_at", "owner_check_at", "law_rules",
    "law_calendars", "targets_mark", "by_us",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Followed:
    """What a run did: complaints that follow the newest law now, those whose clocks changed, those set aside."""

    complaints: int = 0
    changed: int = 0
    set_aside: int = 0

    def __add__(self, other: Followed) -> Followed:
        return Followed(
            self.complaints + other.complaints, self.changed + other.changed, self.set_aside + other.set_aside
        )


def follow(at: datetime, *, seconds: float = SLICE) -> Followed:
    """Bring open complaints up to the newest published law; what is left when the time is over is for the next run.

    A complaint whose clocks cannot be worked out keeps its clocks and its pins, and holds nobody up.
    """
    total, aside, worked = Followed(), set[int](), 0.0
    while worked < seconds:
        began = monotonic()
        done, failed = _follow_batch(at, aside)
        if not done.complaints and not failed:
            break
        total, aside = total + done, aside | failed
        # Time spent on what fails does not count, or enough of it would keep everybody else from following.
        worked += monotonic() - began if done.complaints else 0.0
    if aside:
        log.error("%d complaints cannot follow the newest law; the first is number %d.", len(aside), min(aside))
    return total + Followed(set_aside=len(aside))


def behind(law: Law, *, but: Collection[int] = ()) -> QuerySet[Complaint]:
    """Return the open complaints, but for these, pinned to older rules; else to older calendars; else to older targets."""
    # Each question is a range of one partial index; asked together they would be none.
    unfinished = Complaint.objects.filter(has_ended=False).exclude(pk__in=but)
    by_rules = unfinished.filter(law_rules__lt=law.rules).order_by("law_rules", "law_calendars")
    if by_rules.exists():
        return by_rules
    by_calendars = unfinished.filter(law_rules=law.rules, law_calendars__lt=law.calendars_mark).order_by(
        "law_calendars"
    )
    if not law.targets_mark or by_calendars.exists():
        return by_calendars
    return unfinished.filter(imported=False, targets_mark__lt=law.targets_mark).order_by("targets_mark")


@transaction.atomic
def _follow_batch(at: datetime, aside: Collection[int]) -> tuple[Followed, set[int]]:
    law = books.current()
    law = books.remembering(law.rules, law.calendars_mark, law.targets_mark)
    house = House.now(law)
    # The complaint row is the one lock. What a person holds is skipped: their step follows the newest law itself.
    found = behind(law, but=aside).select_for_update(skip_locked=True)
    claimed = list(found.values_list("pk", flat=True)[:BATCH])
    rows = (
        Complaint.objects.filter(pk__in=claimed)
        .select_related("respondent", "complainant", "team", "category")
        .order_by("pk")
    )
    followed: list[Complaint] = []
    made: list[InMemory] = []
    failed: set[int] = set()
    for complaint in rows.prefetch_related("story", "clocks"):
        story, clocks = list(complaint.story.all()), list(complaint.clocks.all())
        try:
            made.append(follow_in_memory(complaint, story, clocks, law, house, at=at))
            followed.append(complaint)
        except (engine.EngineError, KeyError):
            failed.add(complaint.pk)
    return store(followed, made, law, at=at), failed


def store(followed: Sequence[Complaint], made: Sequence[InMemory], law: Law, *, at: datetime) -> Followed:
    """Write what the law made of these complaints, and say how many it changed. The caller holds their locks."""
    write(made, at=at)
    follow_stored(followed, law)
    update_rows(followed, CHANGED)
    return Followed(len(followed), sum(bool(one.fresh or one.changed) for one in made))
