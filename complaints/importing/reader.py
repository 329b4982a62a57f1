"""Read a CSV as it comes: any common encoding, line breaks in fields, torn lines, one record in memory at a time."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, FileIO, TextIOWrapper
from pathlib import Path
from typing import Protocol, TextIO

HEAD = 1 << 16
# A physical line longer than this is cut; what is cut fits no header and is rejected.
LONGEST = 1 << 20
TORN = "The line is torn: its quotation marks do not close."
DELIMITERS = (",", ";", "\t")
# Bytes no text holds; zero bytes stray into real files, so only many of them tell.
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
CP1252 = "redress-cp1252"


class Unreadable(Exception):
    """The file cannot be imported at all; the text says why, for the person who gave it."""


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are no UTF-8 as Windows-1252, and what that leaves undefined as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    try:
        return wrong.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return wrong.decode("latin-1"), error.end


codecs.register_error(CP1252, _as_cp1252)


@contextmanager
def opened(path: Path) -> Iterator[tuple[TextIO, Callable[[], int]]]:
    """Open the file as text in its own encoding. Also gives a function that tells how many bytes were read."""
    try:
        binary = BufferedReader(FileIO(path), HEAD)
        head = binary.peek(HEAD)
    except IsADirectoryError:
        raise Unreadable(f"{path} is a directory. Give the name of a CSV file.") from None
    except FileNotFoundError:
        raise Unreadable(f"There is no file {path}.") from None
    except PermissionError:
        raise Unreadable(f"You may not read {path}. Ask for the permission, or copy it to a place of yours.") from None
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror or error}.") from error
    with binary:
        if not head:
            raise Unreadable(f"{path} is empty.")
        encoding, errors = _encoding(head)
        if encoding == "utf-8-sig" and len(CONTROLS.findall(head)) * 20 > len(head):
            raise Unreadable(
                f"{path} is no text but something else, such as a picture or a spreadsheet; save it as CSV."
            )
        with TextIOWrapper(binary, encoding=encoding, errors=errors, newline="") as text:
            yield text, binary.tell


def _encoding(head: bytes) -> tuple[str, str]:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32", "replace"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "replace"
    # Headers are ASCII: without a mark, UTF-16 shows by a zero in every second byte.
    first = head[:64]
    if len(first) > 8 and not any(first[1::2]) and all(first[::2]):
        return "utf-16-le", "replace"
    if len(first) > 8 and not any(first[::2]) and all(first[1::2]):
        return "utf-16-be", "replace"
    return "utf-8-sig", CP1252


class Lines:
    """The physical lines of a text, counted from 1. Lines taken too far can be given back."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._given_back: list[str] = []
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._given_back.pop() if self._given_back else self._text.readline(LONGEST)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        return line

    def give_back(self, keep: int) -> None:
        """Keep this many of the lines taken; the others will come again."""
        back = self.taken[keep:]
        self._given_back.extend(reversed(back))
        self.number -= len(back)
        del self.taken[keep:]


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in the file. `cells` is None when it is torn; `problem` then says how."""

    line: int
    raw: str
    cells: list[str] | None
    problem: str = ""


class Starts(Protocol):
    """Says whether a line looks like the first of a record: by what its key columns hold."""

    def looks_like_a_start(self, cells: list[str]) -> bool:
        """Return whether the complete cells of one physical line are those of a new record."""


def header(lines: Lines) -> tuple[list[str], str]:
    """Return the names in the first line that says anything, and the delimiter between them."""
    for line in lines:
        if line.strip("\r\n,; \t\ufeff\x00"):
            break
    else:
        raise Unreadable("The file holds nothing but empty lines.")
    delimiter = max(DELIMITERS, key=line.count)
    try:
        return next(csv.reader([line], delimiter=delimiter)), delimiter
    except (csv.Error, StopIteration):
        return [], delimiter


def records(lines: Lines, *, width: int, delimiter: str, starts: Starts) -> Iterator[Record]:
    """Yield every record after the header. A torn one never swallows those that follow it."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.taken.clear()
        start, problem = lines.number + 1, ""
        cells: list[str] | None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # The module has one exception for everything; only its words tell one from the other.
            too_long = f"A field is longer than {csv.field_size_limit()} characters."
            cells, problem = None, too_long if "field larger" in str(error) else TORN
        if cells is not None and not "".join(lines.taken).strip():
            continue
        if cells is not None and len(cells) != width:
            torn = "The line is torn: it" if len(cells) < width else "The line"
            problem = f"{torn} has {len(cells)} columns, the header has {width}."
            cells = None
        if problem and len(lines.taken) > 1:
            lines.give_back(_own_lines(lines.taken, delimiter, starts))
        yield Record(start, "".join(lines.taken), cells, problem)


def _own_lines(taken: list[str], delimiter: str, starts: Starts) -> int:
    """Return how many of the lines belong to the torn record: up to the first that begins another."""
    for place, line in enumerate(taken[1:], 1):
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue
        if starts.looks_like_a_start(cells):
            return place
    return len(taken)
