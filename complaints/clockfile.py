"""Why each date: the clocks of a complaint, worked out again from its story and laid beside what is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from complaints.casefile import in_order
from complaints.errors import Refused
from complaints.models import Clock, Complaint, Entry, Target
from complaints.models.story import LAW_EVENT, Kind
from complaints.services.law import derive, differences, facts_known, law_events, rows, standing
from complaints.services.targets import derive_targets, known_at, row_of, target_differences
from regulations import books, engine
from regulations.engine.targets import Run, Wait, run_strip

# A strip of more days than this says less than its dates do.
LONGEST_STRIP = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Line:
    """A clock and its days, one by one; no days where counting days explains nothing."""

    clock: Clock
    days: list[engine.Day]
    was_until: datetime | None = None
    extended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OurLine:
    """A target of ours and its days; paused ones say for whom we waited."""

    target: Target
    days: list[engine.Day]
    waits: tuple[Wait, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockFile:
    """All clocks of a complaint, what was counted from, and whether replaying the story gives the same."""

    lines: list[Line]
    counted_from: list[Entry]
    replayed_at: datetime
    differences: list[str]
    problem: str
    ours: list[OurLine] = field(default_factory=list)


def clock_file(complaint: Complaint, *, now: datetime) -> ClockFile:
    """Return the clocks with their days, replayed now."""
    story = _story(complaint)
    stored = list(complaint.clocks.all())
    for clock in stored:
        clock.complaint = complaint
    law = books.at(complaint.law_rules, complaint.law_calendars, complaint.targets_mark)
    ours, unlike = _ours(complaint, story, law, now=now)
    try:
        derived = derive(story, law)
    except (engine.EngineError, KeyError) as error:
        return ClockFile(
            [Line(clock, []) for clock in in_order(stored, now=now)], _facts(story), now, [], _problem(error), ours
        )
    fresh = {(row.rule, row.obligation): row for row in rows(complaint, story, derived)}
    return ClockFile(
        lines=_lines(stored, derived, law, story, now=now),
        counted_from=_facts(story),
        replayed_at=now,
        differences=differences({(row.rule, row.obligation): row for row in stored}, fresh) + unlike,
        problem="",
        ours=ours,
    )


def clock_file_as_known(complaint: Complaint, *, at: datetime) -> ClockFile:
    """Return the clocks as they stood at a past instant: from what was recorded by then, under the law known then."""
    story, law = [entry for entry in _story(complaint) if entry.recorded_at <= at], books.known_on(at)
    try:
        derived = derive(story, law)
    except (engine.EngineError, KeyError) as error:
        return ClockFile([], _facts(story), at, [], _problem(error))
    numbers = {(row.rule, row.obligation): row.pk for row in complaint.clocks.all()}
    known = rows(complaint, story, derived)
    for row in known:
        # The number of the clock that stands today, so that its links lead somewhere.
        row.pk = numbers.get((row.rule, row.obligation))
    ours = _ours_as_known(complaint, story, law, at=at)
    return ClockFile(_lines(known, derived, law, story, now=at), _facts(story), at, [], "", ours)


def why_not(complaint: Complaint, *, as_known: datetime | None = None) -> list[engine.Verdict]:
    """Return the rules of the respondent's place that give no clock, or not every one they could, each with why.

    Raises Refused with a sentence where the story cannot be counted from.
    """
    story, law = _story(complaint), books.at(complaint.law_rules, complaint.law_calendars)
    if as_known is not None:
        story, law = [entry for entry in story if entry.recorded_at <= as_known], books.known_on(as_known)
    try:
        facts = facts_known(story)
        events = law_events(story, str(facts["zone"]))
        found = engine.explain(law.book, facts, events, law.calendars)
    except (engine.EngineError, KeyError) as error:
        raise Refused(_problem(error)) from error
    here = {rule.id for rule in law.book.by_jurisdiction.get(str(facts["jurisdiction"]), ())}
    return [one for one in found if one.rule in here and (not one.applies or one.absent)]


def _ours(
    complaint: Complaint, story: list[Entry], law: books.Law, *, now: datetime
) -> tuple[list[OurLine], list[str]]:
    """Return the targets with their days, and where they are not what the story says; nothing is asked without any."""
    if not complaint.targets_mark:
        return [], []
    stored = known_at(list(complaint.targets.all()), now=now)
    runs = {run.target.key: run for run in derive_targets(complaint, story, law)}
    lines = [OurLine(row, _our_days(runs.get(row.key), now=now), _waits(runs.get(row.key))) for row in stored]
    derived = [row_of(complaint, run) for run in runs.values()]
    return lines, target_differences(stored, derived, complaint.by_us)


def _ours_as_known(complaint: Complaint, story: list[Entry], law: books.Law, *, at: datetime) -> list[OurLine]:
    """Return the targets as they stood at a past instant; whom they are for is read from the case as it stands."""
    if not complaint.targets_mark:
        return []
    found = derive_targets(complaint, story, books.with_targets_of(law, at))
    runs = {run.target.key: run for run in found}
    known = known_at([row_of(complaint, run) for run in found], now=at)
    return [OurLine(row, _our_days(runs[row.key], now=at), _waits(runs[row.key])) for row in known]


def _our_days(run: Run | None, *, now: datetime) -> list[engine.Day]:
    days = run_strip(run, today=now.astimezone(run.zone).date()) if run else []
    return days if len(days) <= LONGEST_STRIP.days else []


def _waits(run: Run | None) -> tuple[Wait, ...]:
    return run.waits if run else ()


def _story(complaint: Complaint) -> list[Entry]:
    return list(complaint.story.select_related("actor").order_by("seq"))


def _lines(
    clocks: list[Clock], derived: list[engine.Clock], law: books.Law, story: list[Entry], *, now: datetime
) -> list[Line]:
    by_pair = {(clock.rule, clock.obligation): clock for clock in derived}
    held, before = _before_holding(story, law)
    found = []
    for clock in in_order(clocks, now=now):
        pair = (clock.rule, clock.obligation)
        was = before.get(pair)
        longer = was is not None and clock.ends_at is not None and was < clock.ends_at
        found.append(Line(clock, _days(by_pair.get(pair), law), was if longer else None, held if longer else None))
    return found


def _before_holding(
    story: list[Entry], law: books.Law
) -> tuple[datetime | None, dict[tuple[str, str], datetime | None]]:
    """Return when the holding response was sent, and every limit had it not been; nothing where none was sent."""
    held = next((entry.occurred_at for entry in standing(story) if entry.kind == Kind.HOLDING_SENT), None)
    if held is None:
        return None, {}
    try:
        without = derive([entry for entry in story if entry.kind != Kind.HOLDING_SENT], law)
    except (engine.EngineError, KeyError):
        # A story without it may not hang together; the page then only leaves out where the limit was before.
        return None, {}
    return held, {(clock.rule, clock.obligation): clock.ends_at for clock in without}


def _facts(story: list[Entry]) -> list[Entry]:
    return [entry for entry in standing(story) if entry.kind in LAW_EVENT]


def _problem(error: Exception) -> str:
    return str(error) if isinstance(error, engine.EngineError) else "This complaint has no story to count from."


def _days(clock: engine.Clock | None, law: books.Law) -> list[engine.Day]:
    if clock is None or clock.due_on is None or clock.due_on - clock.trigger_on > LONGEST_STRIP:
        return []
    # Where every day counts there is no calendar, and any will do.
    calendar = law.calendars.get(clock.calendar) or next(iter(law.calendars.values()), None)
    return engine.day_strip(clock, calendar) if calendar is not None else []
