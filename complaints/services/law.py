"""From the story to the clocks: what the law is told, and what it answers. Reads nothing but its arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from complaints.models import Clock, Complaint, Entry, Kind
from complaints.models.story import LAW_EVENT
from regulations import engine
from regulations.books import Law
from regulations.models import ClockStatus

# What ends every duty that still runs, until the complaint is reopened.
ENDINGS = frozenset({Kind.CLOSED, Kind.WITHDRAWN, Kind.NOT_A_COMPLAINT, Kind.MERGED})
TAKEN_UP = frozenset({Kind.REOPENED, Kind.UNMERGED})
# A letter that says why the answer is late is the law's delay notice as well.
ALSO: dict[str, str] = {Kind.HOLDING_SENT: "delay_notice_sent"}
# What is owed only while something else was not done in time.
MOOT_AFTER = {"delay_notice": ("final_response_sent", "resolved_accepted")}
Pair = tuple[str, str]


def facts_of(complaint: Complaint) -> dict[str, object]:
    """Return what the law sees of the complaint now (vocabulary, section 3). Services write it into the story."""
    respondent = complaint.respondent
    return {
        "jurisdiction": respondent.jurisdiction,
        "zone": respondent.zone,
        "entity_type": respondent.entity_type,
        "close_of_business": str(respondent.close_of_business)[:5],
        "complainant": str(complaint.complainant.classed_as),
        "complaint_class": list(complaint.complaint_class),
        **({"provider_open_days": respondent.open_days} if respondent.open_days else {}),
        **complaint.facts,
    }


def facts_known(story: Sequence[Entry]) -> dict[str, object]:
    """Return the facts as the story last told them."""
    told = [entry.data["facts"] for entry in story if "facts" in entry.data]
    return dict(told[-1]) if told else {}


def standing(story: Sequence[Entry]) -> Sequence[Entry]:
    """Return the story without what a later entry undid."""
    undone = {entry.data["undoes"] for entry in story if "undoes" in entry.data}
    return [entry for entry in story if entry.seq not in undone] if undone else story


def law_events(story: Sequence[Entry], zone: str) -> list[engine.Event]:
    """Return what happened, in the law's words (vocabulary, section 4)."""
    events: list[engine.Event] = []
    for entry in standing(story):
        if entry.kind in LAW_EVENT:
            at = entry.occurred_at
            when: datetime | date = at.astimezone(ZoneInfo(zone)).date() if entry.data.get("date_only") else at
            attrs = {key: entry.data[key] for key in ("form", "promised_on", "compliant") if key in entry.data}
            events.append(engine.Event(LAW_EVENT[entry.kind], when, attrs))
            if entry.kind in ALSO:
                events.append(engine.Event(ALSO[entry.kind], when))
        events.extend(
            engine.Event(told["type"], date.fromisoformat(told["at"])) for told in entry.data.get("events", ())
        )
    return events


def derive(story: Sequence[Entry], law: Law) -> list[engine.Clock]:
    """Return the clocks the law runs for this story. Raises engine.EngineError with a sentence."""
    facts = facts_known(story)
    return law.clocks(facts, law_events(story, str(facts["zone"])))


def project(complaint: Complaint, story: Sequence[Entry], law: Law) -> list[Clock]:
    """Return the clock rows this story makes, unsaved."""
    return rows(complaint, story, derive(story, law))


def rows(complaint: Complaint, story: Sequence[Entry], derived: Sequence[engine.Clock]) -> list[Clock]:
    """Return the rows of these clocks: settled by the story, unsaved; when to warn is the house's (planning.py)."""
    made = [_row(complaint, clock) for clock in derived]
    if complaint.imported:
        _settle_history(made, story)
        return made
    events = law_events(story, complaint.respondent.zone)
    missed = {
        (entry.data["rule"], entry.data["obligation"], entry.data["ends_at"])
        for entry in story
        if entry.kind == Kind.CLOCK_MISSED
    }
    end = _ending(story)
    for row, clock in zip(made, derived, strict=True):
        _settle(row, clock, events, complaint.respondent.zone)
        said = row.ends_at is not None and (row.rule, row.obligation, row.ends_at.isoformat()) in missed
        if said:
            row.status = ClockStatus.MISSED
        elif end is not None and row.kind == "D" and row.status == ClockStatus.RUNNING:
            row.status, row.settled_at, row.settled_by = ClockStatus.ENDED, end.occurred_at, end.kind
        row.check_at = _check_at(row, said=said)
    return made


def _row(complaint: Complaint, clock: engine.Clock) -> Clock:
    return Clock(
        complaint=complaint, rule=clock.rule, rule_version=clock.rule_version, obligation=clock.obligation,
        kind=clock.kind, title=clock.title, rule_title=clock.rule_title, citation=clock.citation,
        enforced=clock.enforced, calendar=clock.calendar, calendar_version=clock.calendar_version,
        trigger_on=clock.trigger_on, due_on=clock.due_on, ends_at=clock.ends_at,
        latest_lawful_on=clock.latest_lawful_on, sentence=clock.sentence,
    )  # fmt: skip


def _settle(row: Clock, clock: engine.Clock, events: Sequence[engine.Event], zone: str) -> None:
    """Say whether and when what the clock demands was done."""
    repeats = clock.trigger in clock.met_by
    settling = {*clock.met_by, *MOOT_AFTER.get(clock.obligation, ())}
    for event in sorted((event for event in events if event.type in settling), key=lambda event: str(event.at)):
        at = event.at if isinstance(event.at, datetime) else datetime.combine(event.at, time(), ZoneInfo(zone))
        if repeats and at.astimezone(ZoneInfo(zone)).date() <= clock.trigger_on:
            continue
        in_time = row.ends_at is None or at < row.ends_at
        row.status = ClockStatus.MET if in_time else ClockStatus.MISSED
        row.settled_at, row.settled_by = at.astimezone(UTC), event.type
        return


def _settle_history(made: Sequence[Clock], story: Sequence[Entry]) -> None:
    """History is settled by what the data says; where it says nothing, it stays history."""
    told: dict[str, str] = {}
    for entry in story:
        told |= entry.data.get("settled", {})
    for row in made:
        row.status = ClockStatus(told.get(row.obligation, ClockStatus.HISTORY))


def _ending(story: Sequence[Entry]) -> Entry | None:
    """Return what ended the complaint, unless it was taken up again since."""
    end = None
    for entry in story:
        if entry.kind in ENDINGS:
            end = entry
        elif entry.kind in TAKEN_UP:
            end = None
    return end


def _check_at(row: Clock, *, said: bool) -> datetime | None:
    """Return when the law itself must be looked at: at the limit, or at once when it was missed unsaid."""
    if not (row.is_duty and row.enforced) or row.ends_at is None:
        return None
    if row.status == ClockStatus.MISSED:
        return None if said else row.ends_at
    return row.ends_at if row.status == ClockStatus.RUNNING else None


COMPARED = (
    "rule_version", "kind", "title", "rule_title", "citation", "enforced", "calendar", "calendar_version",
    "trigger_on", "due_on", "ends_at", "latest_lawful_on", "status", "settled_at", "settled_by",
    "sentence",
)  # fmt: skip


def reworded(stored: Mapping[Pair, Clock], derived: Mapping[Pair, Clock]) -> list[tuple[Clock, str]]:
    """Return the stored clocks that an update of Redress would only say in other words, each with the new sentence."""
    return [
        (row, derived[pair].sentence)
        for pair, row in stored.items()
        if pair in derived and row.sentence != derived[pair].sentence
        and not any(getattr(row, name) != getattr(derived[pair], name) for name in COMPARED if name != "sentence")
    ]  # fmt: skip


def differences(stored: Mapping[Pair, Clock], derived: Mapping[Pair, Clock]) -> list[str]:
    """Return, in words, where stored clocks are not what the story says."""
    found = [f"{rule}/{obligation} is not stored" for rule, obligation in derived.keys() - stored.keys()]
    for pair, row in stored.items():
        name = "/".join(pair)
        if pair not in derived:
            if not (row.status == ClockStatus.ENDED and row.settled_by == "disapplied"):
                found.append(f"{name} is stored, but the law runs no such clock")
            continue
        for field in COMPARED:
            is_, should = getattr(row, field), getattr(derived[pair], field)
            if is_ != should:
                found.append(f"{name}: {field} is {is_}, should be {should}")
    return found
