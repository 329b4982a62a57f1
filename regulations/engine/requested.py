"""Calendars a request brings along (vocabulary, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from regulations.engine.calendars import Calendar
from regulations.engine.model import EngineError
from regulations.engine.opening import WEEKDAYS, read_hours

FIRST, LAST = date(2015, 1, 1), date(2030, 12, 31)


def requested(told: object, calendars: Mapping[str, Calendar]) -> list[Calendar]:
    """Return the calendars of a request: of a key, of an inline object, or one for each of a list."""
    if isinstance(told, list):
        if not told:
            raise EngineError("The list of calendars is empty.")
        return [_one(one, calendars) for one in told]
    return [_one(told, calendars)]


def provider_days(told: object, calendars: Mapping[str, Calendar]) -> Calendar:
    """Return the days on which this institution is open. There is one such calendar, never a list."""
    if isinstance(told, list):
        raise EngineError("provider_open_days is one calendar, not a list of them.")
    return _one(told, calendars)


def _one(told: object, calendars: Mapping[str, Calendar]) -> Calendar:
    if isinstance(told, str):
        return _keyed(told, calendars)
    if not isinstance(told, Mapping):
        raise EngineError("A calendar is a key or an object.")
    try:
        if "base" in told:
            return _changed(told, _keyed(told["base"], calendars))
        weekend = frozenset(WEEKDAYS.index(str(name)) for name in _listed(told.get("weekend")))
        closed = dict.fromkeys(_days(told.get("closed")), "closed day")
        hours = read_hours(told.get("hours", {}), [WEEKDAYS[number] for number in weekend])
        return Calendar("given", weekend=weekend, closed=closed, first=FIRST, last=LAST, hours=hours)
    except (ValueError, TypeError) as error:
        if isinstance(error, EngineError):
            raise
        raise EngineError("A calendar names weekdays such as sat and dates such as 2026-05-04.") from error


def _keyed(told: object, calendars: Mapping[str, Calendar]) -> Calendar:
    if not isinstance(told, str) or told not in calendars:
        raise EngineError(f"There is no calendar {told}.")
    return calendars[told]


def _changed(told: Mapping[str, object], base: Calendar) -> Calendar:
    """Return the base with days added and others opened again."""
    closed = dict(base.closed) | dict.fromkeys(_days(told.get("add_closed")), "announced holiday")
    for day in _days(told.get("reopen")):
        closed.pop(day, None)
    return Calendar(
        base.key, weekend=base.weekend, closed=closed, first=base.first, last=base.last, version=base.version,
        known=base.known, hours=base.hours,
    )  # fmt: skip


def _days(told: object) -> list[date]:
    return [date.fromisoformat(str(day)) for day in _listed(told)]


def _listed(told: object) -> list[object]:
    if told is None:
        return []
    if not isinstance(told, list):
        raise EngineError("The days of a calendar come as a list.")
    return told
