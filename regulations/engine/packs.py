"""Reads the tables of a rule pack: every key known and of its kind, or refused by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from regulations.engine.case import EVENTS
from regulations.engine.conditions import Condition, Runs, compiled, words
from regulations.engine.facts import as_date
from regulations.engine.lengths import Length, written
from regulations.engine.model import EngineError


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a pack. Each reading names the key when what stands there cannot be used."""

    told: Mapping[str, object]
    runs: Runs

    @classmethod
    def of(cls, told: object, known: frozenset[str], runs: Runs) -> Table:
        """Open a table; raise EngineError when it is none or holds a key that is not known."""
        if not isinstance(told, Mapping):
            raise EngineError("a table is missing where one must stand")
        for key in told:
            if key not in known:
                raise EngineError(f"{key} is no key a pack may use here")
        return cls(told, runs)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.told.get(key, default)
        if value is None:
            raise EngineError(f"{key} is missing")
        if not isinstance(value, str):
            raise EngineError(f"{key} must be text")
        if default is None and not value.strip():
            raise EngineError(f"{key} is missing")
        return value

    def one_of(self, key: str, choices: str, default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in choices.split():
            raise EngineError(f"{key} {value!r} is none of {', '.join(choices.split())}")
        return value

    def number(self, key: str) -> int:
        value = self.told.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise EngineError(f"{key} must be a number from 1")
        return value

    def flag(self, key: str) -> bool:
        value = self.told.get(key, False)
        if not isinstance(value, bool):
            raise EngineError(f"{key} must be true or false")
        return value

    def date(self, key: str) -> date | None:
        return as_date(self.told[key], key) if key in self.told else None

    def length(self, key: str) -> Length | None:
        if key not in self.told:
            return None
        try:
            return written(self.told[key])
        except EngineError as error:
            raise EngineError(f"{error} (key {key})") from error

    def needed_length(self, key: str) -> Length:
        found = self.length(key)
        if found is None:
            raise EngineError(f"{key} is missing")
        return found

    def condition(self, key: str) -> Condition | None:
        if key not in self.told:
            return None
        try:
            return compiled(self.told[key], self.runs)
        except EngineError as error:
            raise EngineError(f"{error} (key {key})") from error

    def events(self, key: str) -> tuple[str, ...]:
        """Read one event, or a list of them."""
        value = self.told.get(key, [])
        names = (value,) if isinstance(value, str) else words(value, key)
        for name in names:
            if name not in EVENTS and name != "receipt":
                raise EngineError(f"{key}: {name} is no event the law knows")
        return names

    def tables(self, key: str, known: frozenset[str]) -> list[Table]:
        value = self.told.get(key, [])
        if not isinstance(value, list):
            raise EngineError(f"{key} must be a list of tables")
        return [Table.of(one, known, self.runs) for one in value]
