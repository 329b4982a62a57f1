"""Answer questions about deadlines, one JSON line each, without a database (regulations vocabulary, section 1)."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from regulations.calendars.shipped import load_calendars
from regulations.engine import Clock, EngineError, Event, evaluate
from regulations.rulebooks.shipped import load_book

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


class Command(BaseCommand):
    help = "Read one question a line and write one answer a line, with the same id."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--input", required=True, help="A file of JSON lines: id, facts, events, calendar.")

    def handle(self, *, input: str, **options: object) -> None:
        asked = read = 0
        for line in lines(Path(input)):
            given = answer(line)
            asked += 1
            read += given["id"] is not None or "deadlines" in given
            self.stdout.write(json.dumps(given))
        if not read:
            raise CommandError(f"No line of {input} is a question." if asked else f"{input} is empty.")


def lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of the file that are not empty; raise CommandError with a sentence when it cannot be read."""
    try:
        with path.open("rb") as file:
            for line in file:
                if line.strip():
                    yield line
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {path}.") from error
    except IsADirectoryError as error:
        raise CommandError(f"{path} is a directory. Name a file of JSON lines.") from error
    except PermissionError as error:
        raise CommandError(f"{path} may not be read by this user.") from error
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}.") from error


def answer(line: bytes | str) -> dict[str, object]:
    """Return the deadlines of one question, or what is wrong with it."""
    try:
        question = json.loads(line.decode("utf-8-sig") if isinstance(line, bytes) else line)
    except UnicodeDecodeError:
        return {"id": None, "error": "The line is not text in UTF-8."}
    except (ValueError, RecursionError):
        return {"id": None, "error": "The line is not JSON."}
    if not isinstance(question, dict):
        return {"id": None, "error": "The line is not a JSON object."}
    name = question.get("id")
    try:
        facts, told = question.get("facts"), question.get("events")
        if not isinstance(facts, dict) or not isinstance(told, list):
            raise EngineError("A question has facts (an object) and events (a list).")
        clocks = evaluate(
            load_book(), facts, [_event(one) for one in told], load_calendars(), calendar=question.get("calendar")
        )
    except EngineError as error:
        return {"id": name, "error": str(error)}
    return {"id": name, "deadlines": [row(clock) for clock in clocks]}


def _event(told: object) -> Event:
    if not isinstance(told, dict) or not isinstance(told.get("type"), str) or not isinstance(told.get("at"), str):
        raise EngineError("An event has a type and an at, both text.")
    attrs = {key: value for key, value in told.items() if key not in {"type", "at"}}
    return Event(told["type"], _moment(told["at"]), attrs)


def _moment(text: str) -> datetime | date:
    """Read an RFC 3339 timestamp with its offset, or a date."""
    try:
        if DATE.fullmatch(text):
            return date.fromisoformat(text)
        if INSTANT.fullmatch(text):
            return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise EngineError(f"{text} is no date and no time that exists.") from error
    raise EngineError(f"{text} is no date such as 2026-06-01 and no time with an offset such as 2026-06-01T10:15:00Z.")


def row(clock: Clock) -> dict[str, object]:
    """Return one deadline as the contract writes it."""
    told: dict[str, object] = {
        "rule": clock.rule,
        "obligation": clock.obligation,
        "due_on": clock.due_on.isoformat() if clock.due_on else None,
    }
    if clock.due_at is not None:
        told["due_at"] = clock.due_at.isoformat()
    if clock.latest_lawful_on is not None:
        told["latest_lawful_on"] = clock.latest_lawful_on.isoformat()
    return told | {
        "enforced": clock.enforced, "kind": clock.kind, "title": clock.title, "citation": clock.citation,
        "trigger_on": clock.trigger_on.isoformat(), "sentence": clock.sentence,
    }  # fmt: skip
