"""The demonstration as it is written: people, taxonomy and stories from the TOML files beside this one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
STORIES = ("ireland", "kingdom", "australia", "states")
Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """One complaint, and what was done about it, in order."""

    respondent: str
    received: str
    channel: str
    category: str
    subject: str
    narrative: str
    customer: Told
    key: str = ""
    owner: str = ""
    by: str = ""
    amount: str = ""
    facts: Told = field(default_factory=dict)
    steps: list[Told] = field(default_factory=list)

    @property
    def at_stake(self) -> Decimal | None:
        return Decimal(self.amount) if self.amount else None

    @property
    def was_answered(self) -> bool:
        """True when the customer got an answer, late or not."""
        return any(step["do"] in {"send_final_response", "resolve_summarily"} for step in self.steps)


def firm() -> Told:
    """Return the teams, people and respondents."""
    return _read("people")


def taxonomy() -> list[list[str]]:
    """Return what complaints are about: a short name, the four words of the path, and its class."""
    paths: list[list[str]] = _read("taxonomy")["paths"]
    return paths


def standard_texts() -> list[Told]:
    """Return the texts people pick while they write."""
    found: list[Told] = _read("texts")["text"]
    return found


def macros() -> list[Told]:
    """Return the macros of the house."""
    found: list[Told] = _read("texts")["macro"]
    return found


def targets() -> list[Told]:
    """Return what the firm asks of itself."""
    found: list[Told] = _read("targets")["target"]
    return found


def stories() -> list[Story]:
    """Return every story."""
    return [Story(**told) for name in STORIES for told in _read(name)["complaint"]]


def _read(name: str) -> Told:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
