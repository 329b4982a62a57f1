"""Catalogs: .po files that people edit, and the .mo files made of them. Pure Python, for machines that have nothing else."""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "pt": "nplurals=2; plural=(n != 1);",
}
HEAD = "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nLanguage: {language}\nPlural-Forms: {plurals}\n"
LINE = re.compile(r'(msgid_plural|msgid|msgstr(?:\[(\d)\])?) (".*")')
MAGIC = 0x950412DE


@dataclass(slots=True)
class Entry:
    """A sentence and its translation: one form, or two where it has a plural. Empty forms are still to be translated."""

    said: str
    more: str = ""
    told: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    fuzzy: bool = False

    @property
    def is_whole(self) -> bool:
        return len(self.told) == (2 if self.more else 1) and all(self.told) and not self.fuzzy


def read(text: str) -> dict[str, Entry]:
    """Return the entries of a .po file by their English; its head is left out."""
    found = {entry.said: entry for entry in map(_entry, re.split(r"\n\s*\n", text)) if entry}
    return {said: entry for said, entry in found.items() if said}


def _entry(block: str) -> Entry | None:
    """Read one block of lines; None where it holds only remarks."""
    entry, told, last = Entry(""), {0: ""}, ""
    number = 0
    begun = False
    for line in block.splitlines():
        if line.startswith("#:"):
            entry.places += line[2:].split()
        elif line.startswith("#,") and "fuzzy" in line:
            entry.fuzzy = True
        if line.startswith("#"):
            continue
        match = LINE.match(line)
        kind, words = (match[1], match[3]) if match else ("", line.strip())
        if kind:
            last, number, begun = kind, int(match[2] or 0) if match else 0, True
        if not words.startswith('"'):
            continue
        value = str(ast.literal_eval(words))
        if last == "msgid":
            entry.said += value
        elif last == "msgid_plural":
            entry.more += value
        else:
            told[number] = told.get(number, "") + value
    entry.told = [told[place] for place in sorted(told)]
    return entry if begun else None


def write(language: str, entries: Iterable[Entry]) -> str:
    """Return a .po file."""
    head = HEAD.format(language=language, plurals=PLURALS[language])
    blocks = ['msgid ""\nmsgstr ""\n' + "".join(f"{quoted(line)}\n" for line in head.splitlines(keepends=True))]
    return "\n".join([*blocks, *map(_block, entries)])


def _block(entry: Entry) -> str:
    lines = [f"#: {' '.join(entry.places[:3])}"] if entry.places else []
    lines += ["#, fuzzy"] if entry.fuzzy else []
    lines.append(f"msgid {quoted(entry.said)}")
    told = entry.told or [""] * (2 if entry.more else 1)
    if entry.more:
        lines.append(f"msgid_plural {quoted(entry.more)}")
        lines += [f"msgstr[{place}] {quoted(words)}" for place, words in enumerate(told)]
    else:
        lines.append(f"msgstr {quoted(told[0])}")
    return "\n".join(lines) + "\n"


def quoted(words: str) -> str:
    """Return words as .po writes them."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def compiled(language: str, entries: Iterable[Entry]) -> bytes:
    """Return the .mo file: the same entries give the same bytes, on every machine."""
    pairs = {"": HEAD.format(language=language, plurals=PLURALS[language])}
    for entry in entries:
        if entry.is_whole:
            pairs[f"{entry.said}\0{entry.more}" if entry.more else entry.said] = "\0".join(entry.told)
    keys = sorted(pairs, key=lambda key: key.encode())
    table, data = b"", b""
    start = 7 * 4 + 16 * len(keys)
    for words in (*keys, *(pairs[key] for key in keys)):
        raw = words.encode()
        table += struct.pack("<II", len(raw), start + len(data))
        data += raw + b"\0"
    return struct.pack("<7I", MAGIC, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0) + table + data


def catalogs(root: Path) -> Iterator[tuple[str, Path]]:
    """Return each shipped language and its .po file."""
    for language in PLURALS:
        yield language, root / "locale" / language / "LC_MESSAGES" / "django.po"
