"""The target rows: derived from the story beside the law's clocks, and never looked at by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from complaints.models import Complaint, Entry, Target, TargetStatus
from complaints.ours import glimpse
from complaints.services.law import standing
from complaints.services.sets import insert_rows, update_rows
from regulations.books import Law
from regulations.engine.evaluate import default_calendar
from regulations.engine.requested import requested
from regulations.engine.targets import EVENTS, About, Happening, Hours, Run, runs
from regulations.engine.targets.running import ENDINGS

TOLD = EVENTS | ENDINGS
# Where no team works on it: the house opens at nine and closes when its respondent does.
OPENS = time(9)
COMPARED = (
    "version", "title", "started_by", "started_at", "due_on", "ends_at", "left", "status", "settled_at", "settled_by",
    "calendar", "calendar_version", "sentence",
)  # fmt: skip


def derive_targets(complaint: Complaint, story: Sequence[Entry], law: Law) -> list[Run]:
    """Return where every target stands on this complaint; none on what came as history."""
    if complaint.imported or not law.targets:
        return []
    told = [Happening(entry.kind, entry.occurred_at) for entry in standing(story) if entry.kind in TOLD]
    return runs(law.targets, _about(complaint, law), told, law.calendars)


def target_rows(complaint: Complaint, story: Sequence[Entry], law: Law) -> list[Target]:
    """Return the rows this story makes, unsaved."""
    return [row_of(complaint, run) for run in derive_targets(complaint, story, law)]


def row_of(complaint: Complaint, run: Run) -> Target:
    """Return the row of a run, unsaved."""
    counted = run.target.time != "calendar"
    return Target(
        complaint=complaint, key=run.target.key, version=run.target.version, title=run.target.title,
        started_by=run.started_by, started_at=run.started_at, due_on=run.due_on, ends_at=run.ends_at, left=run.left,
        status=TargetStatus(run.status), settled_at=run.settled_at, settled_by=run.settled_by,
        calendar=run.calendar.key if counted else "", calendar_version=run.calendar.version if counted else 1,
        sentence=run.sentence,
    )  # fmt: skip


def follow_targets(complaint: Complaint, story: Sequence[Entry], law: Law) -> None:
    """Derive the targets of one complaint again and store what changed; the complaint is the caller's to save."""
    if _concerns(complaint, law):
        follow_all([(complaint, story, list(complaint.targets.all()))], law)


def follow_stored(complaints: Sequence[Complaint], law: Law) -> None:
    """Derive the targets of these complaints again, whose stories are read; a statement to read, two to write."""
    concerned = [complaint for complaint in complaints if _concerns(complaint, law)]
    if not concerned:
        return
    stored: dict[int, list[Target]] = {complaint.pk: [] for complaint in concerned}
    for row in Target.objects.filter(complaint__in=stored):
        stored[row.complaint_id].append(row)
    follow_all([(one, list(one.story.all()), stored[one.pk]) for one in concerned], law)


def follow_all(found: Sequence[tuple[Complaint, Sequence[Entry], list[Target]]], law: Law) -> None:
    """Write what changed by sets, and set what the list says of each complaint. The caller holds the locks."""
    fresh: list[Target] = []
    changed: list[Target] = []
    for complaint, story, stored in found:
        derived = {row.key: row for row in target_rows(complaint, story, law)}
        known = {row.key for row in stored}
        new = [row for key, row in derived.items() if key not in known]
        changed += [row for row in stored if _take_over(row, derived.get(row.key))]
        fresh += new
        complaint.targets_mark = law.targets_mark
        complaint.by_us = glimpse([*stored, *new])
    insert_rows(fresh)
    update_rows(changed, COMPARED)


def target_differences(stored: Sequence[Target], derived: Sequence[Target], by_us: Mapping[str, object]) -> list[str]:
    """Return, in words, where stored targets are not what the story says."""
    should = {row.key: row for row in derived}
    found = [f"target {key} is not stored" for key in should.keys() - {row.key for row in stored}]
    for row in stored:
        now = should.get(row.key)
        if now is None:
            if row.status != TargetStatus.ENDED:
                found.append(f"target {row.key} is stored, but none such runs")
            continue
        found += [
            f"target {row.key}: {field} is {getattr(row, field)}, should be {getattr(now, field)}"
            for field in COMPARED
            if getattr(row, field) != getattr(now, field)
        ]
    if by_us != glimpse(stored):
        found.append("the list says something else of its targets than their rows do")
    return found


def _concerns(complaint: Complaint, law: Law) -> bool:
    return not complaint.imported and bool(law.targets_mark or complaint.targets_mark)


def _take_over(row: Target, now: Target | None) -> bool:
    """Bring a stored row up to what the story says; say whether that changed it."""
    if now is None:
        # The target is not for this complaint any more, or not in use: it stays as what once was asked for.
        was, row.status = row.status, TargetStatus.ENDED
        return was != TargetStatus.ENDED
    changed = False
    for field in COMPARED:
        if getattr(row, field) != getattr(now, field):
            setattr(row, field, getattr(now, field))
            changed = True
    return changed


def _about(complaint: Complaint, law: Law) -> About:
    respondent, team = complaint.respondent, complaint.team
    house = Hours(ZoneInfo(respondent.zone), OPENS, _clock(respondent.close_of_business))
    key = respondent.open_days if respondent.open_days in law.calendars else default_calendar(respondent.jurisdiction)
    return About(
        team=team.name if team else "", product=complaint.category.product, jurisdiction=respondent.jurisdiction,
        team_hours=Hours(ZoneInfo(team.zone), _clock(team.opens), _clock(team.closes)) if team else house,
        house_hours=house, working=requested(key, law.calendars)[0],
    )  # fmt: skip


def _clock(value: time | str) -> time:
    # A row that was just made still has the words it was made with.
    return value if isinstance(value, time) else time.fromisoformat(value)


def known_at(rows: Sequence[Target], *, now: datetime) -> list[Target]:
    """Return the targets in the order people act on: open ones soonest first, those that wait, then the settled."""
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(rows, key=lambda row: (not row.is_open, row.ends_at or far))
