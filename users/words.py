"""Words from outside that stand in sentences of ours: on one line, nothing hidden in them, each keeping to itself."""

from __future__ import annotations

import unicodedata

# Nobody sees these, and with them a name can look like another or turn the words after it around. What emoji and the
# scripts of Persia and India join by (U+200C, U+200D), and the plain marks of direction, stay.
HIDDEN = {
    ord(one): None
    for one in "\u00ad\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
} | dict.fromkeys((*range(32), *range(127, 160)), " ")  # fmt: skip
FROM_RIGHT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "LRO", "LRE", "LRI", "FSI", "PDF", "PDI"})
ISOLATE, END = "\u2068", "\u2069"


def one_line(text: str) -> str:
    """Return the words on one line as everybody sees them: they stand in subjects, names and addresses."""
    return " ".join(unicodedata.normalize("NFC", text).translate(HIDDEN).split())


def isolated(text: str) -> str:
    """Return words that may run from right to left so that they move nothing beside them (Unicode UAX 9, isolates)."""
    if not any(unicodedata.bidirectional(letter) in FROM_RIGHT for letter in text):
        return text
    return f"{ISOLATE}{text.translate(HIDDEN)}{END}"
