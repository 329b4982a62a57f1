"""What changed between two versions of a letter, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Words and the spaces after them, so that a diff put together again is the text.
WORD = re.compile(r"\S+\s*|\s+")
Block = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether they stayed, came in or went out: same, new, old."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """One block of the letter and how it differs."""

    title: str
    pieces: list[Piece]

    @property
    def changed(self) -> bool:
        return any(piece.kind != "same" for piece in self.pieces)


def compare(before: Sequence[Block], after: Sequence[Block]) -> list[Part]:
    """Return every block of both versions in the order of the later one, what was taken out last."""
    old = dict(_named(before))
    parts = []
    for name, block in _named(after):
        text = old.pop(name, {}).get("text", "")
        parts.append(Part(_title(block), pieces(text, block["text"])))
    return parts + [Part(_title(block), pieces(block["text"], "")) for block in old.values()]


def pieces(before: str, after: str) -> list[Piece]:
    """Return the words of both texts in reading order, what went out before what came in."""
    old, new = WORD.findall(before), WORD.findall(after)
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(new[c:d])))
            continue
        found += [Piece("old", "".join(old[a:b]))] if b > a else []
        found += [Piece("new", "".join(new[c:d]))] if d > c else []
    return found


def _named(blocks: Sequence[Block]) -> list[tuple[tuple[str, int], Block]]:
    """Name each block by its clause, else its heading, and its place among those of that name."""
    seen: dict[str, int] = {}
    named = []
    for block in blocks:
        name = block.get("clause") or block.get("heading") or ""
        seen[name] = seen.get(name, 0) + 1
        named.append(((name, seen[name]), block))
    return named


def _title(block: Block) -> str:
    return block.get("heading") or (block.get("clause") or "").replace("_", " ").capitalize() or "Paragraph"
