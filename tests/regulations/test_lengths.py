"""Who complains, and how long a length is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.calendars.shipped import load_calendars
from regulations.engine import EngineError
from regulations.engine.facts import classify
from regulations.engine.lengths import add_months, written

# Who complains


@pytest.mark.parametrize(
    ("size", "payments", "kind"),
    [
        ({"staff": 9, "turnover_eur": 2_000_000}, False, "micro_enterprise"),
        ({"staff": 9, "turnover_eur": 2_000_001, "turnover_gbp": 1_700_000}, False, "small_business"),
        ({"staff": 10, "balance_sheet_eur": 1}, False, "large_business"),
        ({"micro_when_contracted": True}, True, "micro_enterprise"),
        ({"micro_when_contracted": True}, False, "large_business"),
        ({"turnover_gbp": 6_499_999, "staff": 49}, False, "small_business"),
        ({"turnover_gbp": 6_499_999, "staff": 50, "balance_sheet_gbp": 4_999_999}, False, "small_business"),
        ({"turnover_gbp": 6_499_999, "staff": 50, "balance_sheet_gbp": 5_000_000}, False, "large_business"),
        ({"turnover_gbp": 6_500_000, "staff": 10}, False, "large_business"),
        ({}, False, "large_business"),
    ],
)
def test_a_business_is_classified_by_its_size(size: dict[str, object], payments: bool, kind: str) -> None:
    assert classify(size, payments=payments) == kind


# Lengths


@pytest.mark.parametrize(
    ("text", "start", "end", "kept"),
    [
        ("1m", "2026-01-31", "2026-02-28", "2026-03-01"),
        ("2m", "2027-12-31", "2028-02-29", "2028-03-01"),
        ("3y", "2028-02-29", "2031-02-28", "2031-03-01"),
        ("8w", "2026-06-01", "2026-07-27", "2026-07-27"),
        ("30d incl", "2026-06-19", "2026-07-18", "2026-07-18"),
        ("1y then 30d", "2026-05-01", "2027-05-31", "2027-05-31"),
        ("5bd incl", "2026-06-06", "2026-06-12", "2026-06-12"),
        ("1bd incl", "2026-06-05", "2026-06-05", "2026-06-05"),
    ],
)
def test_lengths_end_where_the_vocabulary_says(text: str, start: str, end: str, kept: str) -> None:
    length, calendar, day = written(text), load_calendars()["GB-ENG"], date.fromisoformat(start)

    assert length.end(day, calendar) == date.fromisoformat(end)
    assert length.end(day, calendar, keeps=True) == date.fromisoformat(kept)


@pytest.mark.parametrize("text", ["15 bd", "bd", "0d", "15bd roll()", "1m incl roll(x)", "", 15, None])
def test_what_is_no_length_is_refused(text: object) -> None:
    with pytest.raises(EngineError, match="is not a length"):
        written(text)


@given(start=st.dates(date(2000, 1, 1), date(2100, 1, 1)), count=st.integers(1, 100))
def test_months_never_pass_the_month_they_end_in(start: date, count: int) -> None:
    end = add_months(start, count)

    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count
    assert end.day <= start.day
