"""Of several versions of a rule, the newest that is in force on the date decides, and old answers can be found again."""

from __future__ import annotations

from datetime import date

import pytest

from regulations.calendars.shipped import load_calendars
from regulations.engine import Book, Definition, EngineError, Event, compile_book, evaluate
from regulations.engine.versions import Overlap, gaps, governed, refuse_overlap

FACTS = {"jurisdiction": "GB", "zone": "Europe/London"}


def a_version(number: int, length: str, **dates: str | int) -> Definition:
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


def test_what_a_version_closes_never_governs_again() -> None:
    ended = a_version(2, "5d", effective_from="2026-07-01", effective_to="2026-08-31", supersedes=1)
    book = compile_book([a_version(1, "10d"), ended])

    assert due(book, date(2026, 6, 30))[0] == 1
    assert due(book, date(2026, 8, 31))[0] == 2
    assert not evaluate(book, FACTS, [Event("received", date(2026, 9, 1))], load_calendars())


def test_a_version_that_was_closed_does_not_speak_again_when_what_closed_it_is_closed() -> None:
    later = a_version(2, "5d", effective_from="2026-09-01", supersedes=1)
    back = a_version(3, "10d", effective_from="2026-07-01", supersedes=2)
    book = compile_book([a_version(1, "7d", effective_to="2026-12-31"), later, back])

    assert [due(book, date(2026, month, 1))[0] for month in (6, 7, 9)] == [1, 3, 3]


def test_without_the_word_what_is_published_is_read_as_before() -> None:
    book = compile_book([a_version(1, "10d"), a_version(2, "5d", effective_to="2026-08-31")])

    assert [due(book, date(2026, month, 1))[0] for month in (8, 9)] == [2, 1]


@pytest.mark.parametrize(
    ("older", "newer", "days", "key"),
    [
        ({}, {}, "always", "id"),
        ({}, {"effective_from": "2026-07-01"}, "from 1 July 2026", "effective_from"),
        ({"effective_from": "2020-01-01"}, {"effective_to": "2026-06-30"}, "from 1 January 2020 until 30 June 2026", "effective_to"),
        ({"effective_to": "2026-07-01"}, {"effective_from": "2026-07-01"}, "from 1 July 2026 until 1 July 2026", "effective_from"),
    ],
)  # fmt: skip
def test_two_versions_of_the_same_days_are_refused_with_the_days(
    older: dict[str, str], newer: dict[str, str], days: str, key: str
) -> None:
    first, second = a_version(1, "10d", **older), a_version(2, "5d", **newer)

    with pytest.raises(Overlap) as refused:
        refuse_overlap(second.written, [first.written, second.written])

    assert str(refused.value).startswith(f"Version 1 is in force on the same days, {days}. Write supersedes = 1")
    assert refused.value.key == key
    refuse_overlap({**second.written, "supersedes": 1}, [first.written])


def test_versions_whose_days_do_not_meet_need_no_word() -> None:
    first, second = a_version(1, "10d", effective_to="2026-06-30"), a_version(2, "5d", effective_from="2026-07-01")

    refuse_overlap(second.written, [first.written])


def test_a_version_closes_only_what_came_before_it() -> None:
    with pytest.raises(EngineError, match="supersedes must name an earlier version"):
        compile_book([a_version(2, "5d", supersedes=2)])


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (({"effective_to": "2026-06-30"}, {"effective_from": "2026-07-01"}), []),
        (
            ({"effective_to": "2026-06-30"}, {"effective_from": "2026-08-01"}),
            ["From 1 July 2026 until 31 July 2026 no version of this rule is in force."],
        ),
        (({}, {"effective_to": "2026-12-31", "supersedes": 1}), ["From 1 January 2027 on no version of this rule is in force."]),
        (({"effective_from": "2018-01-13"}, {"effective_from": "2018-01-13", "supersedes": 1}), []),
    ],
)  # fmt: skip
def test_days_that_no_version_governs_are_said(dates: tuple[dict[str, str | int], ...], said: list[str]) -> None:
    written = [a_version(number, "5d", **one).written for number, one in enumerate(dates, 1)]

    assert gaps(governed(written)) == said
