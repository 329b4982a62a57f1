"""Working hours: several windows a day, counted by a table, equal to walking through the windows second by second."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.engine import Definition, EngineError, Event, Remembered, compile_book, day_strip, evaluate
from regulations.engine.calendars import Calendar, CalendarHorizon
from regulations.engine.opening import WEEKDAYS, Opening, read_hours, window_problems

WEEK = {day: ["09:00-12:30", "13:30-17:00"] for day in WEEKDAYS[:5]}
# Every hour in which clocks change somewhere, and a Friday that ends at noon.
NIGHTS = {day: ["00:00-01:30", "01:45-03:15", "22:00-24:00"] for day in WEEKDAYS}
SHORT_FRIDAY = {**WEEK, "fri": ["09:00-12:00"]}
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo"]
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)
SECONDS = st.integers(1, 60 * 3_600)


def a_calendar(hours: dict[str, list[str]], weekend: tuple[str, ...] = ("sat", "sun")) -> Calendar:
    return Calendar(
        "HOURS", weekend=frozenset(WEEKDAYS.index(day) for day in weekend), closed={date(2026, 6, 15): "Jubilee"},
        first=date(2026, 1, 1), last=date(2027, 12, 31), hours=read_hours(hours, weekend),
    )  # fmt: skip


CALENDARS = {
    "week": a_calendar(WEEK), "nights": a_calendar(NIGHTS, ()), "short friday": a_calendar(SHORT_FRIDAY),
    "no hours": a_calendar({}),
}  # fmt: skip


def walked(calendar: Calendar, zone: ZoneInfo, start: datetime, end: datetime) -> int:
    """Count the open quarters of an hour after start by asking the clock on the wall at each, without any table."""
    seconds, step = 0, timedelta(minutes=15)
    at = start
    while at < end:
        wall = at.astimezone(zone)
        minute, windows = wall.hour * 60 + wall.minute, calendar.hours.get(wall.weekday(), ((0, 1_440),))
        if calendar.is_open(wall.date()) and any(opens <= minute < closes for opens, closes in windows):
            seconds += 900
        at += step
    return seconds


@given(name=st.sampled_from(sorted(CALENDARS)), zone=st.sampled_from(ZONES), at=INSTANTS, seconds=SECONDS)
def test_adding_and_counting_working_time_are_inverses(name: str, zone: str, at: datetime, seconds: int) -> None:
    opening = CALENDARS[name].opening(ZoneInfo(zone))
    due = opening.add(at, seconds)

    assert due is not None
    assert opening.between(at, due) == seconds
    # It is the earliest such instant.
    assert opening.between(at, due - timedelta(seconds=1)) == seconds - 1


@given(
    name=st.sampled_from(sorted(CALENDARS)), zone=st.sampled_from(ZONES), at=INSTANTS, seconds=SECONDS, later=SECONDS
)
def test_a_later_start_never_ends_earlier(name: str, zone: str, at: datetime, seconds: int, later: int) -> None:
    opening = CALENDARS[name].opening(ZoneInfo(zone))
    first, second = opening.add(at, seconds), opening.add(at + timedelta(seconds=later), seconds)

    assert first is not None and second is not None
    assert first <= second


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("name", ["week", "short friday", "no hours"])
def test_a_year_counts_as_the_clock_on_the_wall_says(name: str, zone: str) -> None:
    calendar, place = CALENDARS[name], ZoneInfo(zone)
    start = datetime(2026, 1, 3, tzinfo=UTC)
    # A week at a time, so that both changes of the clock lie within one.
    for week in range(52):
        begins, ends = start + timedelta(days=7 * week), start + timedelta(days=7 * week + 7)
        assert calendar.opening(place).between(begins, ends) == walked(calendar, place, begins, ends), week


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    # Open from midnight to 03:00; in spring an hour of it is not there, in autumn one comes twice.
    [("Europe/London", date(2026, 3, 29), 2), ("Europe/London", date(2026, 10, 25), 4), ("Asia/Kolkata", date(2026, 3, 29), 3)],
)  # fmt: skip
def test_a_night_on_which_the_clocks_change_has_the_hours_it_has(zone: str, day: date, hours: int) -> None:
    place = ZoneInfo(zone)
    opening = Opening([day], {6: ((0, 180),)}, place)
    midnight = datetime.combine(day, time(), place).astimezone(UTC)

    assert opening.between(midnight, midnight + timedelta(hours=30)) == hours * 3_600


def test_an_hour_after_hours_begins_when_the_office_opens() -> None:
    london = ZoneInfo("Europe/London")
    opening = CALENDARS["week"].opening(london)

    def due(*at: int, hours: int) -> datetime:
        found = opening.add(datetime(2026, 6, *at, tzinfo=london), hours * 3_600)
        assert found is not None
        return found.astimezone(london).replace(tzinfo=None)

    assert due(12, 16, 30, hours=1) == datetime(2026, 6, 16, 9, 30)  # Friday evening, a closed Monday, Tuesday
    assert due(9, 12, 0, hours=1) == datetime(2026, 6, 9, 14, 0)  # over lunch
    assert due(9, 9, 0, hours=7) == datetime(
        2026, 6, 9, 17, 0
    )  # the whole day, to its close and not to the next morning


def test_beyond_the_table_there_is_no_answer() -> None:
    opening = CALENDARS["week"].opening(ZoneInfo("Europe/London"))

    assert opening.add(datetime(2027, 12, 31, 16, 30, tzinfo=UTC), 3_600) is None


@pytest.mark.parametrize(
    ("hours", "day", "words"),
    [
        ({"mon": ["09:00-13:00", "12:30-17:00"]}, "mon", "The windows 09:00-13:00 and 12:30-17:00 of mon overlap."),
        ({"mon": ["13:30-17:00", "09:00-12:30"]}, "mon", "overlap"),
        ({"tue": ["09:00-09:00"]}, "tue", "The window 09:00-09:00 of tue is empty: it closes before it opens."),
        ({"tue": ["17:00-09:00"]}, "tue", "is empty"),
        ({"wed": []}, "wed", "wed has no window."),
        ({"wed": "09:00-17:00"}, "wed", "wed has no window."),
        ({"thu": ["9-5"]}, "thu", "9-5 is no window."),
        ({"thu": ["09:00-25:00"]}, "thu", "is no window"),
        ({"sat": ["09:00-12:00"]}, "sat", "sat is a weekend day of this calendar"),
        ({"noday": ["09:00-12:00"]}, "noday", "noday is no weekday."),
    ],
)
def test_windows_nobody_could_keep_are_refused_in_words(hours: dict[str, object], day: str, words: str) -> None:
    found = window_problems({**WEEK, **hours}, ["sat", "sun"])

    assert [(one, words in said) for one, said in found] == [(day, True)]


def test_an_open_day_without_hours_is_refused_where_others_have_some() -> None:
    assert window_problems({"mon": ["09:00-17:00"]}, ["tue", "wed", "thu", "fri", "sat"]) == [
        ("hours", "sun is an open day without opening hours. Name its windows.")
    ]
    assert window_problems("nine to five", []) == [("hours", "hours must name the windows of each weekday.")]
    with pytest.raises(EngineError, match="is empty"):
        read_hours({**WEEK, "mon": ["10:00-09:00"]}, ["sat", "sun"])


def a_rule(length: str, **more: object) -> Definition:
    obligation = {
        "key": "acknowledgement",
        "kind": "D",
        "title": "Answer",
        "trigger": "received",
        "length": length,
        **more,
    }
    return Definition(
        {
            "id": "a-rule", "version": 1, "title": "A rule", "citation": "Rule 1", "source_status": "primary",
            "applies": {"jurisdiction": ["GB"]}, "obligations": [obligation],
        },
        enforced=True,
    )  # fmt: skip


FACTS = {"jurisdiction": "GB", "zone": "Europe/London"}
RECEIVED = datetime(2026, 6, 12, 15, 0, tzinfo=UTC)


def test_a_limit_in_working_hours_says_its_instant_and_how_it_was_counted() -> None:
    calendar = CALENDARS["week"]
    (clock,) = evaluate(compile_book([a_rule("4bh")]), FACTS, [Event("received", RECEIVED)], {"GB-ENG": calendar})

    assert clock.ends_at == datetime(2026, 6, 16, 11, 0, tzinfo=UTC)
    assert (clock.calendar, clock.due_on) == ("HOURS", date(2026, 6, 16))
    assert clock.sentence == (
        "Received on Fri 12 Jun 2026. 4 working hours, counted while calendar HOURS is open, end on Tue 16 Jun 2026, 12:00."
    )
    assert [(day.kind, day.name) for day in day_strip(clock, calendar)] == [
        ("received", ""), ("weekend", ""), ("weekend", ""), ("holiday", "Jubilee"), ("due", ""),
    ]  # fmt: skip


def test_without_opening_hours_the_whole_open_day_counts_and_the_clock_says_so() -> None:
    (clock,) = evaluate(
        compile_book([a_rule("4bh")]), FACTS, [Event("received", RECEIVED)], {"GB-ENG": CALENDARS["no hours"]}
    )

    assert clock.ends_at == RECEIVED + timedelta(hours=4)
    assert "The calendar states no opening hours, so the whole of each open day counts." in clock.sentence


def test_a_receipt_known_by_its_date_alone_gives_no_instant() -> None:
    (clock,) = evaluate(
        compile_book([a_rule("4bh")]), FACTS, [Event("received", date(2026, 6, 12))], {"GB-ENG": CALENDARS["week"]}
    )

    assert (clock.due_on, clock.due_at) == (date(2026, 6, 12), None)


def test_working_hours_beyond_the_calendar_are_an_error_and_not_a_guess() -> None:
    with pytest.raises(CalendarHorizon, match="known until 2027-12-31"):
        evaluate(
            compile_book([a_rule("4bh")]), FACTS, [Event("received", datetime(2027, 12, 31, 16, tzinfo=UTC))],
            {"GB-ENG": CALENDARS["week"]},
        )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "close"),
    # The calendar's Friday ends at noon; what the firm says counts where it is earlier.
    [({}, time(12)), ({"close_of_business": "11:00"}, time(11)), ({"close_of_business": "17:30"}, time(12))],
)
def test_a_limit_at_close_of_business_ends_with_the_last_window_of_its_day(told: dict[str, str], close: time) -> None:
    rule = a_rule("3bd", closes_at_close_of_business=True)
    received = [Event("received", date(2026, 6, 9))]

    (clock,) = evaluate(compile_book([rule]), {**FACTS, **told}, received, {"GB-ENG": CALENDARS["short friday"]})

    assert clock.due_at == datetime.combine(date(2026, 6, 12), close, ZoneInfo("Europe/London"))


@given(at=INSTANTS, later=st.integers(0, 5 * 86_400))
def test_remembered_answers_are_the_same_where_calendars_have_hours(at: datetime, later: int) -> None:
    rules = [a_rule("3bd", key="summary_resolution_cutoff", closes_at_close_of_business=True)]
    events = [Event("received", at), Event("resolved_accepted", at + timedelta(seconds=later))]
    calendars = {"GB-ENG": CALENDARS["short friday"]}
    memory = Remembered(compile_book(rules), calendars)
    memory.evaluate(FACTS, [Event("received", at), Event("resolved_accepted", at)])

    assert memory.evaluate(FACTS, events) == evaluate(compile_book(rules), FACTS, events, calendars)


def test_a_request_may_bring_its_own_hours() -> None:
    given = {"weekend": ["sat", "sun"], "closed": ["2026-06-15"], "hours": WEEK}
    book, received = compile_book([a_rule("4bh")]), [Event("received", RECEIVED)]

    (clock,) = evaluate(book, FACTS, received, {}, calendar=given)

    assert clock.ends_at == datetime(2026, 6, 16, 11, 0, tzinfo=UTC)
    with pytest.raises(EngineError, match="overlap"):
        evaluate(
            book, FACTS, received, {}, calendar={**given, "hours": {**WEEK, "mon": ["09:00-12:00", "11:00-13:00"]}}
        )


def test_a_limit_beyond_what_the_calendar_knows_says_so_in_its_sentence() -> None:
    calendar = Calendar(
        "GB-ENG", weekend=frozenset({5, 6}), closed={date(2026, 12, 25): "Christmas Day"}, first=date(2026, 1, 1),
        last=date(2028, 12, 31), known=date(2026, 12, 31),
    )  # fmt: skip
    book = compile_book([a_rule("15bd")])

    def said(received: date) -> str:
        (clock,) = evaluate(book, FACTS, [Event("received", received)], {"GB-ENG": calendar})
        return clock.sentence

    assert "is known until" not in said(date(2026, 12, 1))
    assert said(date(2026, 12, 21)).endswith(
        "Calendar GB-ENG is known until Thu 31 Dec 2026: no holiday after that is counted, so this is the earliest the"
        " limit can be."
    )
