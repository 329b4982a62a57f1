"""The rule packs that come with the product: TOML files beside this one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from regulations.engine import Book, Definition, EngineError, compile_book

FOLDER = Path(__file__).parent


class PackProblem(EngineError):
    """A pack cannot be used; the text names the file, the rule and what is wrong."""


def definitions(folder: Path = FOLDER) -> Iterator[dict[str, object]]:
    """Yield every rule of every pack, as plain JSON values."""
    for path in sorted(folder.glob("*.toml")):
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PackProblem(f"{path.name} is not TOML: {error}") from error
        rules = told.get("rule")
        if not isinstance(rules, list) or set(told) != {"rule"}:
            raise PackProblem(f"{path.name} must hold [[rule]] tables and nothing else.")
        for rule in rules:
            if rule.get("source_status") not in {"primary", "secondary"}:
                raise PackProblem(f"{path.name}: {rule.get('id')} must say source_status primary or secondary.")
            yield _plain(rule)


@cache
def load_book(folder: Path = FOLDER) -> Book:
    """Return the book of the shipped packs; rules whose primary text was read are enforced."""
    found = list(definitions(folder))
    return compile_book(Definition(rule, enforced=rule["source_status"] == "primary") for rule in found)


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
