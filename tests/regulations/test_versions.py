"""Of several versions of a rule, the newest that is in force on the date decides, and old answers can be found again."""

from __future__ import annotations

from datetime import date

from regulations.calendars.shipped import load_calendars
from regulations.engine import Book, Definition, Event, compile_book, evaluate

FACTS = {"jurisdiction": "GB", "zone": "Europe/London"}


def a_version(number: int, length: str, **dates: str) -> Definition:
    obligation = {
        "key": "final_response",
        "kind": "D",
        "title": "Final response",
        "trigger": "received",
        "length": length,
    }
    return Definition(
        {
            "id": "a-rule", "version": number, "title": "A rule", "citation": "Rule 1", "source_status": "primary",
            "applies": {"jurisdiction": ["GB"]}, "obligations": [obligation], **dates,
        },
        enforced=True,
    )  # fmt: skip


def due(book: Book, received: date) -> tuple[int, date | None]:
    (clock,) = evaluate(book, FACTS, [Event("received", received)], load_calendars())
    return clock.rule_version, clock.due_on


def test_a_newer_version_decides_from_its_first_day_on() -> None:
    book = compile_book([a_version(1, "10d"), a_version(2, "5d", effective_from="2026-07-01")])

    assert due(book, date(2026, 6, 30)) == (1, date(2026, 7, 10))
    assert due(book, date(2026, 7, 1)) == (2, date(2026, 7, 6))


def test_the_order_in_which_versions_come_does_not_matter() -> None:
    book = compile_book([a_version(2, "5d", effective_from="2026-07-01"), a_version(1, "10d")])

    assert due(book, date(2026, 7, 1)) == (2, date(2026, 7, 6))


def test_a_correction_without_dates_replaces_what_it_corrects() -> None:
    book = compile_book([a_version(1, "10d"), a_version(2, "7d")])

    assert due(book, date(2020, 1, 1)) == (2, date(2020, 1, 8))
