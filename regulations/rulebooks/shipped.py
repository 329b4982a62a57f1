"""The rule packs that come with the product: TOML files beside this one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from regulations.calendars.shipped import load_calendars
from regulations.engine import Book, Definition, EngineError, compile_book
from regulations.engine.versions import Overlap, refuse_overlap

FOLDER = Path(__file__).parent
# The request's own calendar, the institution's open days, and the first with Saturdays open.
CALENDAR_WORDS = frozenset({"REG", "OPEN", "REG-SUN"})
ROLL = re.compile(r"roll\(([A-Z0-9-]+)\)")


class PackProblem(EngineError):
    """A pack cannot be used; the text names the file, the rule and what is wrong."""


def definitions(folder: Path = FOLDER) -> Iterator[dict[str, object]]:
    """Yield every rule of every pack, as plain JSON values."""
    for definition in packed(folder):
        yield dict(definition.written)


def packed(folder: Path = FOLDER) -> Iterator[Definition]:
    """Yield every rule of every pack; rules whose primary text was read are enforced."""
    for path in sorted(folder.glob("*.toml")):
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PackProblem(f"{path.name} is not TOML: {error}") from error
        rules = told.get("rule")
        if not isinstance(rules, list) or set(told) != {"rule"} or not all(isinstance(rule, dict) for rule in rules):
            raise PackProblem(f"{path.name} must hold [[rule]] tables and nothing else.")
        for rule in rules:
            if rule.get("source_status") not in {"primary", "secondary"}:
                raise PackProblem(f"{path.name}: {rule.get('id')}: source_status must be primary or secondary.")
            yield Definition(_plain(rule), enforced=rule["source_status"] == "primary", pack=path.name)


@cache
def load_book(folder: Path = FOLDER) -> Book:
    """Return the book of the shipped packs; raise EngineError naming pack, rule and key that cannot be used."""
    found = list(packed(folder))
    for definition in found:
        for name in sorted(_calendars(definition.written) - CALENDAR_WORDS - set(load_calendars())):
            raise PackProblem(f"{definition.pack}: {definition.written.get('id')}: there is no calendar {name}.")
    book = compile_book(found)
    for definition in found:
        _refuse_overlap(definition, [one.written for one in found if one.written["id"] == definition.written["id"]])
    return book


def _refuse_overlap(definition: Definition, versions: list[Mapping[str, object]]) -> None:
    try:
        refuse_overlap(definition.written, versions)
    except Overlap as overlap:
        raise PackProblem(f"{definition.pack}: {definition.written['id']}: {overlap} (key {overlap.key})") from overlap


def _calendars(told: object) -> set[str]:
    """Return every calendar a rule names, in its keys and in its rolls."""
    if isinstance(told, dict):
        here = {str(told[key]) for key in ("calendar", "lenient_calendar") if key in told}
        return here.union(*(_calendars(one) for one in told.values()))
    if isinstance(told, list):
        return set().union(*(_calendars(one) for one in told))
    return set(ROLL.findall(told)) if isinstance(told, str) else set()


def _plain(value: object) -> dict[str, object]:
    """Return the table with dates as ISO text, as a database keeps it."""
    plain = _json(value)
    assert isinstance(plain, dict)
    return plain


def _json(value: object) -> object:
    if isinstance(value, dict):
        return {key: _json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
