"""Whether a translation can stand where its English stands. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from config.words.po import Entry

MARKS = re.compile(r"\{\w+\}|</?[a-z]+\d*>")
ENTITY = re.compile(r"&\w+;")


def problems(language: str, entries: Iterable[Entry]) -> Iterator[str]:
    """Return a sentence for every entry that is missing or cannot stand where its English stands."""
    for entry in entries:
        if entry.fuzzy:
            yield f"{entry.said!r} is marked as fuzzy."
        elif not entry.is_whole:
            yield f"{entry.said!r} is not translated."
        else:
            for place, told in enumerate(entry.told):
                yield from wrong(entry.more if place else entry.said, told, plural=bool(entry.more))


def wrong(said: str, told: str, *, plural: bool = False) -> Iterator[str]:
    """Return what is wrong with one translation."""
    there, here = Counter(MARKS.findall(said)), Counter(MARKS.findall(told))
    # In the form for one, the number may be a word.
    if set(there) != set(here) and not (plural and set(here) <= set(there)):
        yield f"{said!r}: its marks are {sorted(there)}, the translation has {sorted(here)}."
    if any(
        here[tag] != here[f"</{tag[1:-1].rstrip('0123456789')}>"] for tag in here if _opens(tag) and _alone(here, tag)
    ):
        yield f"{said!r}: a tag is not closed in {told!r}."
    if '"' in told and '"' not in said:
        yield f"{said!r}: straight quotation marks would end an attribute: {told!r}."
    if "<" in MARKS.sub("", told) or "&" in ENTITY.sub("", told):
        yield f"{said!r}: {told!r} is no HTML. Write &lt; and &amp;."
    if said[:1].isspace() != told[:1].isspace() or said[-1:].isspace() != told[-1:].isspace():
        yield f"{said!r}: the blank before or behind it is lost in {told!r}."


def _opens(tag: str) -> bool:
    return tag.startswith("<") and not tag.startswith("</")


def _alone(here: Counter[str], tag: str) -> bool:
    """Tell whether no numbered tag of the same name shares its closing tag."""
    name = tag[1:-1].rstrip("0123456789")
    return sum(1 for one in here if re.fullmatch(rf"<{name}\d*>", one)) == 1
