"""Worked examples: the shared file when it is here, and our own tables that a compliance officer can read and sign."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from regulations.calendars.shipped import load_calendars
from regulations.engine import Clock, Event, evaluate
from regulations.management.commands.deadlines import answer
from regulations.rulebooks.shipped import load_book

SHARED = Path(__file__).resolve().parents[3] / "shared" / "regulations" / "golden.jsonl"
TABLES = sorted(Path(__file__).parent.glob("golden_*.csv"))
LISTS = {"complaint_class", "other_zones"}


def shared_examples() -> list[dict[str, Any]]:
    if not SHARED.exists():
        return []
    return [json.loads(line) for line in SHARED.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.mark.parametrize("example", shared_examples() or [None], ids=lambda one: one["id"] if one else "absent")
def test_the_shared_examples_are_met(example: dict[str, Any] | None) -> None:
    if example is None:
        pytest.skip("the shared worked examples are not on this machine")
    told = answer(json.dumps(example))

    assert "error" not in told, told
    for expected in example["expected"]:
        assert unmet(expected, told["deadlines"]) == "", example["why"]


def unmet(expected: dict[str, Any], rows: Any) -> str:
    """Return what is wrong with the answer, "" when the expectation is met."""
    pair = expected["rule"], expected.get("obligation")
    found = [row for row in rows if row["rule"] == pair[0] and pair[1] in (None, row["obligation"])]
    if expected.get("not_applicable"):
        return f"{pair} must not start" if found else ""
    if len(found) != 1:
        return f"{pair}: {len(found)} rows, want one"
    row = found[0]
    wanted = {"due_on": expected["due_on"], "latest_lawful_on": expected.get("latest_lawful_on", expected["due_on"])}
    got = {"due_on": row["due_on"], "latest_lawful_on": row.get("latest_lawful_on", row["due_on"])}
    if "enforced" in expected:
        wanted["enforced"], got["enforced"] = expected["enforced"], row["enforced"]
    if "due_at" in expected:
        wanted["due_at"] = datetime.fromisoformat(expected["due_at"])
        got["due_at"] = datetime.fromisoformat(row["due_at"]) if row.get("due_at") else None
    return "" if got == wanted else f"{pair}: {got}, want {wanted}"


def our_rows() -> Iterator[Any]:
    for table in TABLES:
        with table.open(encoding="utf-8", newline="") as file:
            for place, row in enumerate(csv.DictReader(file), 2):
                yield pytest.param(row, id=f"{table.stem}:{place}:{row['rule']}/{row['obligation']}")


@pytest.mark.parametrize("row", list(our_rows()))
def test_our_signed_tables_are_met(row: dict[str, str]) -> None:
    clocks = clocks_of(row["jurisdiction"], row["zone"], row["calendar"], row["facts"], row["events"])
    found = [clock for clock in clocks if (clock.rule, clock.obligation) == (row["rule"], row["obligation"])]

    if row["due"] == "none":
        assert not found, row["why"]
        return
    [clock] = found
    got = "promptly" if clock.due_on is None else clock.due_on.isoformat()
    latest = clock.latest_lawful_on.isoformat() if clock.latest_lawful_on else ""
    assert (got, latest) == (row["due"], row["latest_lawful"]), row["why"]


@cache
def clocks_of(jurisdiction: str, zone: str, calendar: str, facts: str, events: str) -> list[Clock]:
    told: dict[str, object] = {"jurisdiction": jurisdiction, "zone": zone}
    for key, value in (pair.split("=") for pair in facts.split("; ") if pair):
        told[key] = fact_of(key, value)
    happened = [event_of(words) for words in events.split("; ")]
    return evaluate(load_book(), told, happened, load_calendars(), calendar=calendar or None)


def fact_of(key: str, value: str) -> object:
    if key in LISTS:
        return value.split("+")
    if value in {"yes", "no"}:
        return value == "yes"
    return int(value) if value.isdecimal() else value


def event_of(words: str) -> Event:
    kind, at, *rest = words.split(" ")
    when = date.fromisoformat(at) if len(at) == 10 else datetime.fromisoformat(at)
    return Event(kind, when, dict(pair.split("=") for pair in rest))
