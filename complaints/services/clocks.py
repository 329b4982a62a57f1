"""The clock rows: a projection of the story, brought up to date under the complaint's lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from complaints.errors import Refused
from complaints.models import Clock, Complaint, Entry, Kind
from complaints.services.announcing import clocks_told
from complaints.services.law import COMPARED, project
from complaints.services.planning import House, plan
from complaints.services.sets import insert_rows, update_rows
from complaints.services.story import append, tell
from complaints.services.targets import follow_targets
from correspondence.models import EventType
from regulations import books, engine
from regulations.models import ClockStatus

STORED = [*COMPARED, "at_risk_at", "check_at", "warned_at"]


@dataclass(frozen=True, slots=True)
class Followed:
    """What the law made of a complaint: rows to add, rows to change, what the story says of it. Nothing is written."""

    fresh: list[Clock]
    changed: list[Clock]
    entries: list[Entry]
    met: list[Clock]


def follow_the_law(complaint: Complaint, *, at: datetime) -> list[Clock]:
    """Re-derive the clocks from the story, store what changed, and say in the story what it was."""
    story, stored = list(complaint.story.order_by("seq")), list(complaint.clocks.all())
    try:
        law = books.current()
        followed = follow_in_memory(complaint, story, stored, law, House.now(law), at=at)
    except engine.EngineError as error:
        raise Refused(f"The clocks could not be worked out: {error}") from error
    write([followed], at=at)
    follow_targets(complaint, story, law)
    return [*stored, *followed.fresh]


def write(made: Sequence[Followed], *, at: datetime) -> None:
    """Write what the law made of complaints whose locks the caller holds; the complaints are the caller's to save."""
    insert_rows([row for one in made for row in one.fresh])
    update_rows([row for one in made for row in one.changed], STORED)
    tell([entry for one in made for entry in one.entries])
    clocks_told([(EventType.MET, row.complaint, row) for one in made for row in one.met], at=at)


def follow_in_memory(
    complaint: Complaint,
    story: Sequence[Entry],
    clocks: Sequence[Clock],
    law: books.Law,
    house: House,
    *,
    at: datetime,
) -> Followed:
    """Bring the complaint and its clocks up to this law in memory. Raises EngineError before anything is touched."""
    derived = {(row.rule, row.obligation): row for row in project(complaint, story, law)}
    complaint.law_rules, complaint.law_calendars = law.rules, law.calendars_mark
    stored = {(row.rule, row.obligation): row for row in clocks}
    fresh = [row for pair, row in derived.items() if pair not in stored]
    changed: list[Clock] = []
    met: list[Clock] = []
    entries = [said_of(complaint, Kind.CLOCK_STARTED, row, at=at, occurred_at=None) for row in fresh]
    for pair, row in stored.items():
        was, before = row.due_on, row.status
        kind = _take_over(row, derived.get(pair), at=at)
        if kind is None:
            continue
        changed.append(row)
        if row.status == ClockStatus.MET != before and row.is_duty:
            # The very complaint the step is taken on, with its new state, and not a copy read again.
            row.complaint = complaint
            met.append(row)
        if kind == Kind.CLOCK_MOVED:
            entries.append(said_of(complaint, kind, row, at=at, occurred_at=None, was=was))
        elif kind:
            entries.append(said_of(complaint, kind, row, at=at, occurred_at=None))
    planned = plan(complaint, [*clocks, *fresh], house, at=at)
    known = {id(row) for row in [*fresh, *changed]}
    changed += [row for row in planned if id(row) not in known]
    look_again(complaint, [*clocks, *fresh])
    return Followed(fresh, changed, entries, [] if complaint.imported else met)


def _take_over(row: Clock, now: Clock | None, *, at: datetime) -> Kind | str | None:
    """Bring a stored row up to what the story says; return the entry this deserves, "" for none, None when equal."""
    if now is None:
        if row.status == ClockStatus.ENDED:
            return None
        row.status, row.settled_at, row.settled_by, row.check_at = ClockStatus.ENDED, at, "disapplied", None
        return Kind.CLOCK_ENDED
    if all(getattr(row, field) == getattr(now, field) for field in COMPARED):
        return None
    moved, before = row.ends_at != now.ends_at, row.status
    for field in COMPARED:
        setattr(row, field, getattr(now, field))
    row.check_at = now.check_at
    if moved:
        # Another due moment: its warnings are to come.
        row.warned_at = None
    if before == ClockStatus.ENDED and row.status == ClockStatus.RUNNING:
        return Kind.CLOCK_STARTED
    if moved:
        return Kind.CLOCK_MOVED
    if row.status == before:
        return Kind.CLOCK_SETTLED if row.settled_at else ""
    return Kind.CLOCK_ENDED if row.status == ClockStatus.ENDED else Kind.CLOCK_SETTLED


def said_of(
    complaint: Complaint,
    kind: Kind | str,
    row: Clock,
    *,
    at: datetime,
    occurred_at: datetime | None,
    was: date | None = None,
) -> Entry:
    """Return the story's entry about a clock, unsaved."""
    data: dict[str, object] = {
        "rule": row.rule, "rule_version": row.rule_version, "obligation": row.obligation, "title": row.title,
        "citation": row.citation, "status": str(row.status),
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "ends_at": row.ends_at.isoformat() if row.ends_at else None,
    }  # fmt: skip
    if kind == Kind.CLOCK_MOVED:
        data["was_due_on"] = was.isoformat() if was else None
    return append(complaint, kind, actor=None, at=at, occurred_at=occurred_at, data=data)


def look_again(complaint: Complaint, clocks: Sequence[Clock]) -> None:
    """Set what people sort by and when the sweep must look, from the clocks."""
    complaint.next_due_at = min((row.ends_at for row in clocks if row.is_owed and row.ends_at), default=None)
    if complaint.imported:
        complaint.next_check_at = None
        return
    moments = [row.check_at for row in clocks] + [complaint.owner_check_at]
    complaint.next_check_at = min((moment for moment in moments if moment), default=None)
