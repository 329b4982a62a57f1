"""Why this date: the sentence people read, copy and quote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from regulations.engine.calendars import Calendar
from regulations.engine.rules import Row

HAPPENED = {
    "received": "Received",
    "forwarded_received": "Received from another firm",
    "sent_to_company": "Sent to the firm by the portal",
    "final_response_sent": "Final response sent",
    "summary_resolution_sent": "Summary resolution sent",
    "progress_update_sent": "Last progress update sent",
    "information_requested": "Information asked for",
    "information_received": "Information received",
    "investigation_completed": "Investigation completed",
    "error_determined": "Error found",
    "reporting_period_ended": "Reporting period ended",
    "conduct_occurred": "The conduct was",
}
NUMBERS = {1: "st", 2: "nd", 3: "rd"}


@lru_cache(maxsize=10_000)
def spoken(day: date) -> str:
    """Return the date as people say it."""
    return f"{day:%a} {day.day} {day:%b} %d" % day.year


def ordinal(number: int) -> str:
    return f"{number}{'th' if 10 <= number % 100 <= 20 else NUMBERS.get(number % 10, 'th')}"


def closed_between(calendar: Calendar, start: date, end: date) -> list[str]:
    """Return the named holidays on weekdays after start up to end."""
    if (end - start).days > 120:
        return []
    return [f"{name} {day.day} {day:%b}" for day, name in calendar.closed_between(start, end)]


def sentence(row: Row, *, latest: date | None, promised: date | None, unknown: Sequence[str] = ()) -> str:
    """Return some sentences that say how the limit was counted. `unknown` are facts nobody told that could change it."""
    happened = HAPPENED.get(row.trigger.type, row.trigger.type.replace("_", " ").capitalize())
    start = f"{happened} on {spoken(row.trigger_on)}."
    if row.due_on is None:
        return f"{start} The law gives no number of days: it must be done promptly."
    said = [start, _counted(row)]
    if row.why:
        said.append(row.why)
    if row.calendar is not None and row.due_on > row.calendar.known and _looks_at_holidays(row):
        said.append(
            f"Calendar {row.calendar.key} is known until {spoken(row.calendar.known)}: no holiday after that is counted, so"
            " this is the earliest the limit can be."
        )
    if unknown:
        names, one = ", ".join(name.replace("_", " ") for name in unknown), len(unknown) == 1
        said.append(
            f"Not told: {names}. Until {'it is' if one else 'they are'}, the limit without {'it' if one else 'them'} applies."
        )
    if promised is not None:
        said.append(f"The customer was promised an answer by {spoken(promised)}, which is kept.")
    if latest is not None:
        said.append(f"Read most generously, the law allows until {spoken(latest)}.")
    return " ".join(said)


def _looks_at_holidays(row: Row) -> bool:
    return row.length is not None and (row.length.unit in {"bd", "bh"} or bool(row.length.roll))


def _counted(row: Row) -> str:
    assert row.due_on is not None
    end, length = spoken(row.due_on), row.length
    if length is None:
        return f"The date is {end}."
    at = f", {row.due_at:%H:%M}" if row.due_at else ""
    if length.unit == "bd" and row.calendar is not None:
        closed = closed_between(row.calendar, row.trigger_on, row.due_on)
        skipped = f"; not counted: {', '.join(closed)}" if closed else ""
        counted = "counting that day" if length.incl else "after that day"
        return (
            f"The {ordinal(length.number)} business day {counted} is {end}{at} (calendar {row.calendar.key}{skipped})."
        )
    if length.unit == "bh" and row.calendar is not None:
        ends = "ends" if length.number == 1 else "end"
        return f"{length.words}, counted while calendar {row.calendar.key} is open, {ends} on {end}{at}."
    rolled = " and moves to the next open day," if length.roll else ""
    return f"The limit of {length.words}{rolled} ends on {end}{at}."
