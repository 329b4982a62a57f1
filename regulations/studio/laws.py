"""The published law with one more version in it: what a draft would make of it."""

from __future__ import annotations

from datetime import date

from regulations.books import Law
from regulations.calendars.generate import FIRST_YEAR
from regulations.calendars.shipped import WEEKDAYS
from regulations.engine import Definition, compile_book
from regulations.engine.calendars import Calendar
from regulations.models import CalendarVersion, RuleVersion


def law_with(version: RuleVersion | CalendarVersion, *, base: Law) -> Law:
    """Return this law with one version more, which need not be stored.

    Raises engine.EngineError with a sentence when the version cannot stand beside the others.
    """
    if isinstance(version, CalendarVersion):
        return Law(base.book, {**base.calendars, version.key: _calendar(version)}, base.rules, base.calendars_mark)
    rows = [*RuleVersion.objects.filter(pk__lte=base.rules).order_by("rule", "version"), version]
    book = compile_book(Definition({**row.definition, "version": row.version}, row.enforced) for row in rows)
    return Law(book, base.calendars, base.rules, base.calendars_mark)


def _calendar(row: CalendarVersion) -> Calendar:
    return Calendar(
        row.key, weekend=frozenset(WEEKDAYS.index(name) for name in row.weekend),
        closed={date.fromisoformat(day): name for day, name in row.closed.items()}, first=date(FIRST_YEAR, 1, 1),
        last=row.known_until, version=row.version,
    )  # fmt: skip
