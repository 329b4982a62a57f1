"""Worked examples: our tables, one per regulator, and the shared file when it is here."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from regulations.management.commands.deadlines import answer
from regulations.rulebooks.shipped import load_book
from tests.regulations.tables import Example, examples

SHARED = Path(__file__).resolve().parents[3] / "shared" / "regulations" / "golden.jsonl"
OURS = list(examples())


@pytest.mark.parametrize("example", OURS, ids=lambda one: one.place)
def test_the_signed_tables_are_met(example: Example) -> None:
    assert example.unmet(example.answer()) == "", example.told["why"]


def test_every_demand_that_ships_has_a_worked_example() -> None:
    worked = {(one.told["rule"], one.told["obligation"]) for one in OURS if one.told["due_on"] != "none"}

    shipped = {(rule.id, one.key) for rule in load_book().rules for one in rule.obligations}

    assert shipped - worked == set()


def test_every_example_says_why_and_where_it_is_from() -> None:
    assert [one.place for one in OURS if not (one.told["why"] and one.told["source"])] == []


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
