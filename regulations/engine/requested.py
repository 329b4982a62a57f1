"""Calendars a request brings along (vocabulary, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from regulations.engine.calendars import Calendar, CalendarProblem
from regulations.engine.model import EngineError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST, LAST = date(2015, 1, 1), date(2030, 12, 31)


def requested(told: object, calendars: Mapping[str, Calendar]) -> list[Calendar]:
    """Return the calendars of a request: of a key, of an inline object, or one for each of a list."""
    if isinstance(told, list):
        if not told:
            raise EngineError("The list of calendars is empty.")
        return [_one(one, calendars) for one in told]
    return [_one(told, calendars)]


def _one(told: object, calendars: Mapping[str, Calendar]) -> Calendar:
    if isinstance(told, str):
        if told not in calendars:
            raise EngineError(f"There is no calendar {told}.")
        return calendars[told]
    if not isinstance(told, Mapping):
        raise EngineError("A calendar is a key or an object.")
    try:
        if "base" in told:
            return _changed(told, _one(told["base"], calendars))
        weekend = frozenset(WEEKDAYS.index(str(name)) for name in told.get("weekend") or ())
        closed = dict.fromkeys(_days(told.get("closed")), "closed day")
        return Calendar("given", weekend=weekend, closed=closed, first=FIRST, last=LAST)
    except (ValueError, TypeError) as error:
        if isinstance(error, (CalendarProblem, EngineError)):
            raise EngineError(str(error)) from error
        raise EngineError("A calendar names weekdays such as sat and dates such as 2026-05-04.") from error


def _changed(told: Mapping[str, object], base: Calendar) -> Calendar:
    """Return the base with days added and others opened again."""
    closed = dict(base.closed) | dict.fromkeys(_days(told.get("add_closed")), "announced holiday")
    for day in _days(told.get("reopen")):
        closed.pop(day, None)
    return Calendar(
        base.key, weekend=base.weekend, closed=closed, first=base.first, last=base.last, version=base.version
    )


def _days(told: object) -> list[date]:
    if told is None:
        return []
    if not isinstance(told, list):
        raise ValueError("Days come as a list.")
    return [date.fromisoformat(str(day)) for day in told]
