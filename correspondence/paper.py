"""A letter laid out as the desk shows it: its paragraphs, and a slot where a demanded clause is missing. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class Clause(Protocol):
    """What is known of a clause: its place, and whether it stands in the letter."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def present(self) -> bool: ...
    @property
    def number(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, with its clause's number in the margin, or the slot of a clause that is missing."""

    text: str = ""
    heading: str = ""
    number: int | None = None
    title: str = ""
    slot: bool = False


def laid_out(blocks: Sequence[Mapping[str, str]], clauses: Sequence[Clause]) -> list[Part]:
    """Return the letter's parts in reading order, each missing demanded clause just before the next that is there.

    A paragraph without words is left out; the customer does not see it either.
    """
    by_key = {clause.key: clause for clause in clauses}
    waiting = sorted((c for c in clauses if c.required and not c.present), key=lambda clause: clause.number)
    parts: list[Part] = []
    for block in blocks:
        clause = by_key.get(block.get("clause", ""))
        if not block["text"].strip():
            continue
        while waiting and clause and waiting[0].number < clause.number:
            parts.append(_slot(waiting.pop(0)))
        number, title = (clause.number, clause.title) if clause else (None, "")
        parts.append(Part(block["text"], block.get("heading", ""), number, title))
    return parts + [_slot(clause) for clause in waiting]


def _slot(clause: Clause) -> Part:
    return Part(number=clause.number, title=clause.title, slot=True)
