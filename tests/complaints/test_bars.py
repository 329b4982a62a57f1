"""Where the bars of clocks begin and end on one axis."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from complaints.bars import MOST_TICKS, Bar, Span, chart

# Monday.
START = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LAW = Span("Final response", "S.I. 6/2018", "?clock=1", ours=False, starts_at=START, ends_at=START + 8 * DAY)
OURS = replace(LAW, title="Decision ready", ours=True)


def drawn(span: Span, now: datetime) -> Bar:
    made = chart([span], now=now, zone="UTC")
    assert made is not None
    return made.bars[0]


def kinds(bar: Bar) -> list[tuple[str, str, str]]:
    return [(piece.kind, piece.x, piece.width) for piece in bar.pieces]


def test_what_is_used_is_solid_and_what_is_left_a_line() -> None:
    # Eight days and two of air: ten days, ten percent each.
    assert kinds(drawn(LAW, START + 2 * DAY)) == [("left", "20.00%", "60.00%"), ("used", "0.00%", "20.00%")]


def test_a_limit_that_passed_goes_on_in_red_until_now() -> None:
    assert kinds(drawn(replace(LAW, status="missed"), START + 18 * DAY)) == [
        ("used", "0.00%", "40.00%"),
        ("late", "40.00%", "50.00%"),
    ]


def test_what_may_be_done_until_a_day_is_never_late() -> None:
    bar = drawn(replace(LAW, is_duty=False), START + 18 * DAY)

    assert (kinds(bar), bar.passed) == ([("used", "0.00%", "40.00%")], True)


def test_what_was_done_after_a_time_that_binds_nobody_is_marked_without_red() -> None:
    bar = drawn(replace(LAW, is_duty=False, status="missed", settled_at=START + 9 * DAY), START + 18 * DAY)

    assert [mark.kind for mark in bar.marks] == ["limit", "settled"]


def test_a_limit_that_was_met_ends_where_it_was_met_and_has_its_mark() -> None:
    bar = drawn(replace(LAW, status="met", settled_at=START + 4 * DAY), START + 18 * DAY)

    assert ("met", "0.00%", "20.00%") in kinds(bar)
    assert ("met", "20.00%") in [(mark.kind, mark.x) for mark in bar.marks]


def test_ours_is_hollow_late_or_not_and_cut_where_it_paused() -> None:
    waits = ((START + 2 * DAY, START + 4 * DAY),)

    bar = drawn(replace(OURS, waits=waits), START + 18 * DAY)

    assert [kind for kind, _, _ in kinds(bar)] == ["ours", "paused", "ours", "ours-late"]
    assert kinds(bar)[1] == ("paused", "10.00%", "10.00%")


def test_a_target_that_still_stands_still_is_paused_until_now() -> None:
    bar = drawn(replace(OURS, ends_at=None, status="paused", waits=((START + 2 * DAY, None),)), START + 8 * DAY)

    assert kinds(bar) == [("ours", "0.00%", "20.00%"), ("paused", "20.00%", "60.00%")]


def test_an_extension_and_a_warning_have_their_marks() -> None:
    span = replace(LAW, was_until=START + 4 * DAY, extended_at=START + 3 * DAY, warned_at=START + 7 * DAY)

    assert [(mark.kind, mark.x) for mark in drawn(span, START + 7 * DAY).marks] == [
        ("limit", "80.00%"),
        ("was", "40.00%"),
        ("extended", "30.00%"),
        ("warned", "70.00%"),
    ]


def test_weekends_are_bands_and_dates_are_few() -> None:
    short = chart([LAW], now=START, zone="UTC")
    long = chart([replace(LAW, ends_at=START + 199 * DAY)], now=START, zone="UTC")

    assert short is not None and [piece.x for piece in short.weekends] == ["50.00%", "60.00%"]
    assert long is not None and not long.weekends and 2 <= len(long.ticks) <= MOST_TICKS + 1


def test_days_are_equally_wide_when_the_clocks_change() -> None:
    # 29 March 2026 has 23 hours in London.
    made = chart([replace(LAW, starts_at=datetime(2026, 3, 28, tzinfo=UTC), ends_at=datetime(2026, 3, 31, tzinfo=UTC))],
                 now=datetime(2026, 3, 28, tzinfo=UTC), zone="Europe/London")  # fmt: skip

    assert made is not None and [piece.width for piece in made.weekends] == ["20.00%", "20.00%"]


def test_without_a_clock_there_is_no_chart() -> None:
    assert chart([], now=START, zone="UTC") is None
