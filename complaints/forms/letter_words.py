"""The words of a letter as its desk sends them: by paragraph, so that one put in before does not move the rest."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import QueryDict

from complaints.forms.differences import TAKE, WAS, Asked, Difference, choose, take_over

Block = dict[str, str]


def keys_of(blocks: Sequence[Block]) -> list[str]:
    """Return a name for each paragraph that stays its own: its clause, or its number among those without one."""
    keys: list[str] = []
    for block in blocks:
        free = sum(key.startswith("free-") for key in keys)
        keys.append(block.get("clause") or f"free-{free + 1}")
    return keys


def keys_and_words(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    """Return each paragraph's name and words as they stand, for the form to carry."""
    return [(key, block["text"]) for key, block in zip(keys_of(blocks), blocks, strict=True)]


def typed(posted: QueryDict, blocks: Sequence[Block]) -> QueryDict:
    """Return what was typed under the names of the paragraphs, with the other's words where they were chosen."""
    keys, named = keys_of(blocks), QueryDict(mutable=True)
    for name in posted:
        text = str(posted[name])
        part, _, place = name.partition("-")
        if part not in {"block", "was"} or not (place.isdecimal() and len(place) < 4):
            if name.startswith(TAKE):
                named[name] = text
            continue
        key = posted.get(f"key-{place}") or (keys[int(place)] if int(place) < len(keys) else "")
        if key:
            named[key if part == "block" else WAS + key] = text
    return choose(named)


def with_words(blocks: Sequence[Block], words: QueryDict) -> list[Block]:
    """Return the paragraphs with these words. One nobody sent keeps its own."""
    return [
        {**block, "text": words.get(key, block["text"]).replace("\r\n", "\n").replace("\x00", "")}
        for key, block in zip(keys_of(blocks), blocks, strict=True)
    ]


def merged(words: QueryDict, blocks: Sequence[Block]) -> tuple[list[Block], list[Difference]]:
    """Return the letter as it is now with what was typed, and the paragraphs somebody else changed meanwhile."""
    asked = [
        Asked(key, block.get("heading") or "Paragraph", (block["text"],) if block["text"] else (), {})
        for key, block in zip(keys_of(blocks), blocks, strict=True)
    ]
    taken, found = take_over(words, asked)
    return with_words(blocks, taken), found
