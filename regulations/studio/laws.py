"""The published law with one more version in it: what a draft would make of it."""

from __future__ import annotations

from dataclasses import replace

from regulations.books import Law, calendar_of
from regulations.engine import Definition, compile_book
from regulations.engine.targets import compiled
from regulations.models import CalendarVersion, RuleVersion, TargetVersion


def law_with(version: RuleVersion | CalendarVersion | TargetVersion, *, base: Law) -> Law:
    """Return this law with one version more, which need not be stored.

    Raises engine.EngineError with a sentence when the version cannot stand beside the others.
    """
    if isinstance(version, TargetVersion):
        others = [target for target in base.targets if target.key != version.key]
        return replace(base, targets=(*others, compiled({**version.definition, "version": version.version})))
    if isinstance(version, CalendarVersion):
        return Law(base.book, {**base.calendars, version.key: calendar_of(version)}, base.rules, base.calendars_mark)
    rows = [*RuleVersion.objects.filter(pk__lte=base.rules).order_by("rule", "version"), version]
    book = compile_book(Definition({**row.definition, "version": row.version}, row.enforced) for row in rows)
    return Law(book, base.calendars, base.rules, base.calendars_mark)
