"""Rehearse a draft over the whole open book: derived under both laws in memory, batch by batch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from time import monotonic

from django.db import transaction

from complaints.models import Complaint, Entry, Kind, Rehearsal, Respondent
from complaints.services.law import facts_known, law_events, rows
from complaints.studio.comparing import (
    NO_TEAM,
    NOTHING,
    Case,
    Outcome,
    Tally,
    compare,
    has_work,
    load_of,
    looks_alike,
)
from regulations import books, engine
from regulations.books import Law
from regulations.models import Draft, DraftKind
from regulations.studio.drafts import hold
from regulations.studio.found import words_of
from regulations.studio.laws import law_with
from regulations.studio.publishing import as_version
from regulations.studio.texts import TextProblem
from users.errors import Refused
from users.models import User

BATCH = 500
# How long one run may work before the worker looks at what else is due.
SLICE = 1.8
REMEMBERED = 20_000
# What is read of each complaint, in the order of `Asked`.
READ = ("pk", "reference", "subject", "imported", "respondent__zone", "team__name")
# What clocks did is what the law made of the story, and what came of it; the law does not look at it.
ECHOES = (
    Kind.CLOCK_STARTED, Kind.CLOCK_MOVED, Kind.CLOCK_SETTLED, Kind.CLOCK_ENDED, Kind.ESCALATED,
    Kind.ESCALATION_RESOLVED,
)  # fmt: skip
# What the data of an imported complaint tells the law, and how it settled its clocks.
TELLING = ("facts", "events", "settled", "date_only", "form", "promised_on", "compliant", "undoes")
Clocks = list[engine.Clock]
Now = Callable[[], datetime]


def digest_of(text: str, *, enforced: bool) -> str:
    """Return the SHA-256 of a wording and of whether it is acted on (hex)."""
    return hashlib.sha256(f"{enforced}\n{text}".encode()).hexdigest()


@transaction.atomic
def ask(draft_id: int, *, actor: User, at: datetime) -> Rehearsal:
    """Ask for a rehearsal of the draft as it stands; a running one of the same words is returned instead."""
    draft = hold(draft_id, actor)
    if draft.kind == DraftKind.TARGET:
        raise Refused(
            "A target moves no clock of the law, so there is nothing to rehearse. Try it on one case instead."
        )
    law, digest = books.current(), digest_of(draft.text, enforced=draft.enforced)
    try:
        law_with(as_version(draft, words_of(draft)), base=law)
    except (TextProblem, engine.EngineError) as problem:
        raise Refused(f"The draft cannot be rehearsed yet: {problem}") from problem
    # The draft's lock is held, so no second person asks between this look and the insert below.
    running = Rehearsal.objects.select_for_update().filter(draft=draft, finished_at=None).first()
    if running is not None:
        if (running.text_digest, running.law_rules, running.law_calendars) == (digest, law.rules, law.calendars_mark):
            return running
        running.finished_at, running.error = at, "Other words are rehearsed instead."
        running.save()
    return Rehearsal.objects.create(
        draft=draft, text=draft.text, enforced=draft.enforced, text_digest=digest, law_rules=law.rules,
        law_calendars=law.calendars_mark, asked_by=actor, asked_at=at,
    )  # fmt: skip


def is_current(rehearsal: Rehearsal, draft: Draft) -> bool:
    """Say whether it rehearsed the words as they stand, against the law as it is published now."""
    law = books.current()
    return (rehearsal.text_digest, rehearsal.law_rules, rehearsal.law_calendars) == (
        digest_of(draft.text, enforced=draft.enforced), law.rules, law.calendars_mark,
    )  # fmt: skip


def rehearse(now: Now, *, seconds: float = SLICE) -> int:
    """Go on with what was asked for; return how many batches were done."""
    began, done = monotonic(), 0
    while monotonic() - began < seconds and _batch(now()):
        done += 1
    return done


@transaction.atomic
def _batch(at: datetime) -> bool:
    """Derive one batch of the oldest unfinished rehearsal; say whether there was one."""
    # Whoever holds the row does the batch. A worker that dies gives it back with its transaction, undone.
    waiting = Rehearsal.objects.select_for_update(skip_locked=True, of=["self"]).filter(finished_at=None)
    rehearsal = waiting.select_related("draft").order_by("asked_at", "pk").first()
    if rehearsal is None:
        return False
    unfinished = Complaint.objects.filter(has_ended=False)
    if rehearsal.started_at is None:
        rehearsal.started_at, rehearsal.total = at, unfinished.count()
    found = unfinished.filter(pk__gt=rehearsal.place).order_by("pk").values_list(*READ)
    batch = [Asked(*row) for row in found[:BATCH]]
    tally = Tally(**rehearsal.result)
    both = _both_laws(rehearsal)
    stories = _stories([one.pk for one in batch])
    for one in batch:
        _add(one, stories[one.pk], both, tally, now=rehearsal.started_at)
    if batch:
        rehearsal.place = batch[-1].pk
    rehearsal.seen += len(batch)
    rehearsal.total = max(rehearsal.total, rehearsal.seen)
    rehearsal.result, rehearsal.beat_at = tally.as_json(), at
    rehearsal.finished_at = at if len(batch) < BATCH else None
    rehearsal.save()
    return True


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rehearsal reads of a complaint: a hundred thousand whole ones would take most of its time."""

    pk: int
    reference: str
    subject: str
    imported: bool
    zone: str
    team: str | None

    def complaint(self) -> Complaint:
        """Return as much of the complaint as its clocks are made of."""
        return Complaint(pk=self.pk, imported=self.imported, respondent=Respondent(zone=self.zone))


def _stories(complaints: Sequence[int]) -> dict[int, list[Entry]]:
    """Return the story of each complaint, without what only its clocks did."""
    told: dict[int, list[Entry]] = {pk: [] for pk in complaints}
    entries = Entry.objects.filter(complaint__in=complaints).exclude(kind__in=ECHOES)
    for entry in entries.only("complaint", "seq", "kind", "occurred_at", "data").order_by("complaint", "seq"):
        told[entry.complaint_id].append(entry)
    return told


class BothLaws:
    """The law as it is and with the draft, and what each answers; the same question is asked once."""

    def __init__(self, before: Law, after: Law) -> None:
        self._laws = tuple(engine.Remembered(law.book, law.calendars) for law in (before, after))
        self._outcomes: dict[object, Outcome] = {}

    def derive(self, story: Sequence[Entry]) -> tuple[Clocks, Clocks]:
        """Return the clocks of this story under each. Raises EngineError, or KeyError when there is no story."""
        facts = facts_known(story)
        events = law_events(story, str(facts["zone"]))
        before, after = (law.evaluate(facts, events) for law in self._laws)
        return before, after

    def outcome(self, asked: Asked, story: Sequence[Entry], *, now: datetime) -> Outcome:
        """Return what the draft changes for one complaint. Raises as `derive` does.

        Imported complaints are settled by what their data says, so those told alike have one outcome.
        """
        if not asked.imported:
            return self._outcome(asked, story, now=now)
        told = [
            (entry.seq, entry.kind, entry.occurred_at, *(str(entry.data.get(key)) for key in TELLING))
            for entry in story
        ]
        question = (now, asked.zone, tuple(told))
        if (known := self._outcomes.get(question)) is None:
            if len(self._outcomes) >= REMEMBERED:
                self._outcomes.clear()
            known = self._outcomes[question] = self._outcome(asked, story, now=now)
        return known

    def _outcome(self, asked: Asked, story: Sequence[Entry], *, now: datetime) -> Outcome:
        before, after = self.derive(story)
        today, alike = now.date(), looks_alike(before, after)
        if alike and not has_work(before, today=today):
            return NOTHING
        complaint = asked.complaint()
        old = rows(complaint, story, before)
        new = old if alike else rows(complaint, story, after)
        return Outcome(
            [] if alike else compare(old, new, now=now), load_of(old, today=today), load_of(new, today=today)
        )


def _add(asked: Asked, story: Sequence[Entry], both: BothLaws, tally: Tally, *, now: datetime) -> None:
    try:
        outcome = both.outcome(asked, story, now=now)
    except (engine.EngineError, KeyError) as error:
        tally.unreadable += 1
        said = str(error) if isinstance(error, engine.EngineError) else "it has no story to count from."
        tally.problem = tally.problem or f"{asked.reference}: {said}"
        return
    tally.add(Case(asked.reference, asked.subject, asked.team or NO_TEAM), outcome)


def _both_laws(rehearsal: Rehearsal) -> BothLaws:
    draft = rehearsal.draft
    return _compiled(
        draft.kind, draft.key, draft.base_version, rehearsal.text, rehearsal.enforced, rehearsal.law_rules,
        rehearsal.law_calendars,
    )  # fmt: skip


@lru_cache(maxsize=2)
def _compiled(
    kind: str, key: str, base_version: int, text: str, enforced: bool, rules: int, calendars: int
) -> BothLaws:
    """Compile both laws once per process and wording."""
    draft, before = (
        Draft(kind=kind, key=key, base_version=base_version, text=text, enforced=enforced),
        books.at(rules, calendars),
    )
    return BothLaws(before, law_with(as_version(draft, words_of(draft)), base=before))


@dataclass(frozen=True, slots=True)
class Tried:
    """One complaint under both laws."""

    complaint: Complaint
    before: Clocks
    after: Clocks


def try_on(complaint: Complaint, draft: Draft) -> Tried:
    """Return the clocks of one complaint now and with the draft. Raises Refused with a sentence."""
    law = books.current()
    try:
        after = law_with(as_version(draft, words_of(draft)), base=law)
        before_and_after = BothLaws(law, after).derive(list(complaint.story.order_by("seq")))
    except (TextProblem, engine.EngineError) as problem:
        raise Refused(f"It cannot be tried: {problem}") from problem
    except KeyError as error:
        raise Refused("This complaint has no story to count from.") from error
    return Tried(complaint, *before_and_after)
