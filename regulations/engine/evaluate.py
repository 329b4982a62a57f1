"""clocks(rules, facts, events, calendars) -> clocks with explanations. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from regulations.engine.book import Book
from regulations.engine.calendars import Calendar
from regulations.engine.case import RECEIPT, Case, Happened, local_date, order
from regulations.engine.conditions import EEA
from regulations.engine.facts import Facts, as_date
from regulations.engine.model import Clock, Event
from regulations.engine.requested import provider_days, requested
from regulations.engine.rules import Obligation, Row, Rule
from regulations.engine.strip import BUSINESS
from regulations.engine.words import sentence

DEFAULT_CALENDAR = {
    "GB": "GB-ENG", "IE": "IE", "DE": "DE", "FR": "FR", "ES": "ES", "IT": "IT", "US": "US-FED", "AU": "AU-NSW",
    "CA": "CA-BANKACT", "BR": "BR-BANK", "IN": "IN-BANK", "SG": "SG", "MX": "MX-CNBV", "HK": "OPEN-7", "NZ": "OPEN-7",
}  # fmt: skip
Answers = dict[tuple[str, str], tuple[Rule, Obligation, list[Row]]]


def evaluate(
    book: Book,
    facts: Mapping[str, object],
    events: Sequence[Event],
    calendars: Mapping[str, Calendar],
    *,
    calendar: object = None,
) -> list[Clock]:
    """Return the clocks the law runs, on the strictest reading, with the latest lawful date of any other.

    `calendar` replaces every calendar (vocabulary, section 6): a key, an inline object, or a list of those.
    Raises EngineError with a sentence; its CalendarHorizon beyond the years a calendar knows.
    """
    known = Facts(facts)
    return answered(book.by_jurisdiction.get(known.jurisdiction, ()), known, events, calendars, calendar=calendar)


def answered(
    rules: Sequence[Rule],
    facts: Facts,
    events: Sequence[Event],
    calendars: Mapping[str, Calendar],
    *,
    calendar: object = None,
) -> list[Clock]:
    """Return the clocks these rules run, as `evaluate` does for a book."""
    happened = Happened(events, facts.zone)
    answers: Answers = {}
    for case in combinations(facts, happened, calendars, calendar):
        for rule in rules:
            # A rule that reads one way only answers the same in both readings.
            if case.strict or rule.reads_twice:
                for obligation, row in rule.rows(case):
                    answers.setdefault((rule.id, obligation.key), (rule, obligation, []))[2].append(row)
    promise = _promise(happened)
    return [_clock(rule, obligation, rows, promise, facts) for rule, obligation, rows in answers.values()]


def combinations(
    facts: Facts, happened: Happened, calendars: Mapping[str, Calendar], calendar: object
) -> Iterator[Case]:
    """Yield every combination of reading, zone of receipt and calendar (vocabulary, 2.6), strict readings first."""
    if calendar is not None:
        workings = requested(calendar, calendars)
    else:
        workings = requested(default_calendar(facts.jurisdiction), calendars)
    provider = facts.told.get("provider_open_days")
    open_days = provider_days(provider, calendars) if provider is not None else None
    others: list[ZoneInfo | None] = [None, *(zone for zone in facts.other_zones if _differs(happened, zone))]
    for strict in (True, False):
        for other in others:
            for working in workings:
                yield Case(
                    facts, happened, strict=strict, other=other, working=working, open_days=open_days or working,
                    calendars=calendars if calendar is None else None,
                )  # fmt: skip


def default_calendar(jurisdiction: str) -> str:
    """Return the key of the calendar that counts where a rule names none (vocabulary, section 6)."""
    return DEFAULT_CALENDAR.get(jurisdiction, "TARGET" if jurisdiction in EEA else "OPEN-7")


def _differs(happened: Happened, zone: ZoneInfo) -> bool:
    """Say whether any receipt falls on an earlier date in the other zone."""
    return any(local_date(event, zone) < day for kind in RECEIPT for day, event in happened.by_type.get(kind, ()))


def _promise(happened: Happened) -> date | None:
    """Return the date the customer was last told to expect the final response (vocabulary, 2.9).

    Of several told at one moment the earliest counts, so that the order in which they are told decides nothing.
    """
    told = [seen for found in happened.by_type.values() for seen in found if seen[1].attrs.get("promised_on")]
    last = max(map(order, told), default=None)
    dates = (as_date(seen[1].attrs["promised_on"], "promised_on") for seen in told if order(seen) == last)
    return min(dates, default=None)


def _clock(rule: Rule, obligation: Obligation, rows: list[Row], promise: date | None, facts: Facts) -> Clock:
    """Return one clock from the answers of all combinations."""
    row = min(rows, key=_strictness) if len(rows) > 1 else rows[0]
    due_on, due_at, promised = row.due_on, row.due_at, None
    latest = max((one.due_on for one in rows if one.due_on), default=None) if len(rows) > 1 else due_on
    if obligation.key == "final_response" and promise is not None and due_on is not None and promise < due_on:
        due_on, due_at, promised = promise, None, promise
    if latest is not None and due_on is not None and latest <= due_on:
        latest = None
    unknown = [name for name in obligation.assumes if facts.told.get(name) is None] if obligation.assumes else []
    length, business = row.length, row.length is not None and row.length.unit in BUSINESS
    return Clock(
        rule=rule.id, rule_version=rule.version, obligation=obligation.key, kind=obligation.kind,
        title=obligation.title, rule_title=rule.title, citation=rule.citation, enforced=rule.enforced,
        trigger=row.trigger.type, trigger_on=row.trigger_on, due_on=due_on, due_at=due_at,
        ends_at=_ends(obligation.kind, due_on, due_at, facts.zone), latest_lawful_on=latest, met_by=obligation.met_by,
        calendar=row.calendar.key if row.calendar and business else "",
        calendar_version=row.calendar.version if row.calendar else 1,
        unit=length.unit if length else "", length=length.number if length else 0,
        sentence=sentence(row, latest=latest, promised=promised, unknown=unknown),
        counts_first_day=length is not None and length.incl,
    )  # fmt: skip


def _strictness(row: Row) -> tuple[date, float]:
    """Order answers by date, then by instant; an answer with an instant stands before one without."""
    at = row.due_at.timestamp() if row.due_at else float("inf")
    return (row.due_on or date.max, at)


def _ends(kind: str, due_on: date | None, due_at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return the instant the limit ends, UTC: for F, the instant the right begins."""
    if due_at is not None:
        return due_at.astimezone(UTC)
    if due_on is None:
        return None
    day = due_on if kind == "F" else due_on + timedelta(days=1)
    return datetime.combine(day, time(), zone).astimezone(UTC)
