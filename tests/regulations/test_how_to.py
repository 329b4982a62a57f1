"""docs/how-to/add-a-regulation.md is true: its pack compiles, its example is met, and it names every word a pack may use."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from regulations.calendars.shipped import load_calendars
from regulations.engine import Definition, Event, compile_book, evaluate
from regulations.engine.book import DISAPPLIED_KEYS, EXTENSION_KEYS, OBLIGATION_KEYS, RULE_KEYS
from regulations.engine.conditions import MAKERS
from regulations.engine.reasons import NEEDS, TOLD

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-regulation.md").read_text(encoding="utf-8")


def test_its_pack_gives_the_date_of_its_example() -> None:
    found = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    [rule] = tomllib.loads(found[1])["rule"]
    facts = {"jurisdiction": "JP", "zone": "Asia/Tokyo", "complaint_class": ["payment_services"]}

    [clock] = evaluate(
        compile_book([Definition(rule, enforced=False)]), facts, [Event("received", date(2027, 2, 1))], load_calendars()
    )

    assert clock.due_on == date(2027, 2, 21)
    assert f"received 2027-02-01,,{clock.rule},{clock.obligation},{clock.due_on}," in PAGE


@pytest.mark.parametrize("word", sorted(RULE_KEYS | OBLIGATION_KEYS | EXTENSION_KEYS | DISAPPLIED_KEYS | set(MAKERS)))
def test_it_names_every_word_a_pack_may_use(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_every_condition_can_be_said_in_words() -> None:
    assert NEEDS.keys() == TOLD.keys() == MAKERS.keys() | {"rule_any"}
