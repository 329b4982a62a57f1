"""Targets of our own: counted as the law counts, except that they may stand still while we wait for others."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.calendars.shipped import load_calendars
from regulations.engine.targets import About, Happening, Hours, Run, Target, compiled, run, run_strip, runs
from regulations.engine.targets.model import TargetProblem

CALENDARS = load_calendars()
DUBLIN = ZoneInfo("Europe/Dublin")
OFFICE = Hours(DUBLIN, time(9), time(17))
ABOUT = About("Payouts Dublin", "Payouts", "IE", OFFICE, OFFICE, CALENDARS["IE"])
WAITING = ["awaiting_customer", "awaiting_third_party"]
# Monday 1 June 2026 is a bank holiday in Ireland.
TUESDAY = datetime(2026, 6, 2, 10, tzinfo=DUBLIN)


def a_target(**words: object) -> Target:
    told = {"key": "reply", "title": "Reply", "starts": "received", "met_by": "final_sent", "length": "3bd", **words}
    return compiled(told)


def standing(target: Target, *told: tuple[str, datetime]) -> Run:
    found = run(target, ABOUT, [Happening(kind, at) for kind, at in told], CALENDARS)
    assert found is not None
    return found


def day(number: int, hour: int = 10) -> datetime:
    return datetime(2026, 6, number, hour, tzinfo=DUBLIN)


def test_a_target_of_three_working_days_that_waited_two_for_the_customer_moves_by_two() -> None:
    target = a_target(pauses=WAITING)

    straight = standing(target, ("received", TUESDAY))
    paused = standing(target, ("received", TUESDAY), ("asked_customer", day(3)), ("customer_replied", day(5)))

    assert (straight.due_on, paused.due_on) == (date(2026, 6, 5), date(2026, 6, 9))
    assert "waiting for the customer" in paused.sentence
    assert paused.sentence.endswith("It is due by the end of Tue 9 June 2026.")


def test_a_wait_that_is_not_named_does_not_pause() -> None:
    told = ("received", TUESDAY), ("asked_customer", day(3)), ("customer_replied", day(5))

    assert standing(a_target(pauses=["awaiting_third_party"]), *told).due_on == date(2026, 6, 5)


def test_while_we_wait_the_target_has_no_date_and_says_what_is_left() -> None:
    found = standing(a_target(pauses=WAITING), ("received", TUESDAY), ("asked_customer", day(4)))

    assert (found.status, found.ends_at, found.left) == ("paused", None, "2 working days")


def test_a_wait_that_begins_after_the_due_day_moves_nothing() -> None:
    found = standing(a_target(pauses=WAITING), ("received", TUESDAY), ("asked_customer", day(8)))

    assert (found.status, found.due_on) == ("running", date(2026, 6, 5))


def test_a_wait_within_one_day_moves_no_day() -> None:
    told = ("received", TUESDAY), ("asked_customer", day(3, 9)), ("customer_replied", day(3, 16))

    assert standing(a_target(pauses=WAITING), *told).due_on == date(2026, 6, 5)


def test_the_answer_ends_the_wait_and_meets_the_target() -> None:
    told = ("received", TUESDAY), ("asked_customer", day(3)), ("final_sent", day(8))

    found = standing(a_target(pauses=WAITING), *told)

    assert (found.status, found.settled_by, found.due_on) == ("met", "final_sent", date(2026, 6, 10))


def test_what_is_done_after_the_due_day_is_a_miss_and_the_miss_stays() -> None:
    found = standing(a_target(), ("received", TUESDAY), ("final_sent", day(8)), ("asked_customer", day(9)))

    assert (found.status, found.settled_at) == ("missed", day(8))


def test_a_second_reply_buys_no_time_but_a_reply_after_our_answer_starts_anew() -> None:
    target = a_target(starts="customer_replied", met_by="asked_customer", length="1bd")

    twice = standing(target, ("customer_replied", day(2)), ("customer_replied", day(3)))
    anew = standing(target, ("customer_replied", day(2)), ("asked_customer", day(3)), ("customer_replied", day(4)))

    assert (twice.due_on, anew.due_on) == (date(2026, 6, 3), date(2026, 6, 5))


def test_the_end_of_the_complaint_ends_the_target_without_a_miss() -> None:
    assert standing(a_target(), ("received", TUESDAY), ("withdrawn", day(9))).status == "ended"


def test_working_hours_go_on_the_next_morning_and_over_closed_days() -> None:
    found = standing(a_target(length="4h"), ("received", day(5, 15)))

    # Friday 15:00 to 17:00, and two hours of Monday.
    assert found.ends_at == day(8, 11)


def test_hours_of_the_calendar_run_through_the_night() -> None:
    assert standing(a_target(length="20h", time="calendar"), ("received", TUESDAY)).ends_at == day(3, 6)


def test_working_hours_stand_still_while_we_wait() -> None:
    target, told = a_target(length="4h", pauses=WAITING), [("received", day(2)), ("asked_customer", day(2, 12))]

    waiting = standing(target, *told)
    answered = standing(target, *told, ("customer_replied", day(3, 12)))

    assert (waiting.left, answered.ends_at) == ("2h", day(3, 14))


@pytest.mark.parametrize(
    ("words", "is_for_it"),
    [
        ({}, True), ({"teams": ["Payouts Dublin", "Cards London"]}, True), ({"teams": ["Cards London"]}, False),
        ({"products": ["Payouts"]}, True), ({"products": ["Cards"]}, False), ({"jurisdictions": ["GB"]}, False),
        ({"in_use": False}, False),
    ],
)  # fmt: skip
def test_a_target_is_for_its_teams_products_and_places_only(words: dict[str, object], is_for_it: bool) -> None:
    found = runs([a_target(**words)], ABOUT, [Happening("received", TUESDAY)], CALENDARS)

    assert bool(found) is is_for_it


def test_the_strip_names_for_whom_we_waited() -> None:
    told = ("received", TUESDAY), ("asked_customer", day(3)), ("customer_replied", day(5))

    days = run_strip(standing(a_target(pauses=WAITING), *told), today=date(2026, 6, 30))

    assert [one.kind for one in days] == [
        "received", "paused", "paused", "counted", "weekend", "weekend", "counted", "due",
    ]  # fmt: skip
    assert days[1].name == "waiting for the customer"
    assert [one.count for one in days if one.count is not None] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ({"lenght": "3bd"}, "lenght"), ({"title": " "}, "title"), ({"length": "0bd"}, "length"),
        ({"length": "-1d"}, "length"), ({"length": "3q"}, "length"), ({"length": "3m"}, "length"),
        ({"length": 3}, "length"), ({"starts": "mailed"}, "starts"), ({"met_by": []}, "met_by"),
        ({"pauses": ["closed"]}, "pauses"), ({"time": "sun"}, "time"), ({"time": "calendar"}, "time"),
        ({"length": "3d", "time": "team"}, "time"), ({"teams": "Payouts"}, "teams"),
        ({"weekend": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, "weekend"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused_at_its_key(words: dict[str, object], key: str) -> None:
    with pytest.raises(TargetProblem) as problem:
        a_target(**words)

    assert problem.value.key == key


INSTANTS = st.integers(0, 60 * 24 * 40).map(lambda minutes: TUESDAY.astimezone(UTC) + timedelta(minutes=minutes))
WAITS = st.lists(INSTANTS, max_size=8).map(sorted)
LENGTHS = st.one_of(
    st.builds("{}{}".format, st.integers(1, 25), st.sampled_from(["bd", "d"])),
    st.builds("{}h".format, st.integers(1, 60)),
)


def waits_of(instants: list[datetime], kinds: tuple[str, str]) -> list[tuple[str, datetime]]:
    return [(kinds[place % 2], at) for place, at in enumerate(instants)]


@given(LENGTHS, WAITS, WAITS)
def test_waiting_never_makes_a_target_earlier(length: str, customer: list[datetime], others: list[datetime]) -> None:
    told = [
        ("received", TUESDAY),
        *waits_of(customer, ("asked_customer", "customer_replied")),
        *waits_of(others, ("asked_third_party", "third_party_replied")),
    ]

    straight = standing(a_target(length=length), *told)
    paused = standing(a_target(length=length, pauses=WAITING), *told)

    assert straight.ends_at is not None
    assert paused.ends_at is None or paused.ends_at >= straight.ends_at


@given(st.integers(1, 60), st.sampled_from(["bd", "d"]), INSTANTS)
def test_without_a_wait_days_are_the_engines_addition(number: int, unit: str, start: datetime) -> None:
    found = standing(a_target(length=f"{number}{unit}", pauses=WAITING), ("received", start))

    on = start.astimezone(DUBLIN).date()
    expected = CALENDARS["IE"].add(on, number) if unit == "bd" else on + timedelta(days=number)
    assert found.due_on == expected


@given(st.integers(1, 60), INSTANTS)
def test_without_a_wait_hours_are_elapsed_time(number: int, start: datetime) -> None:
    found = standing(a_target(length=f"{number}h", time="calendar", pauses=WAITING), ("received", start))

    assert found.ends_at == start + timedelta(hours=number)


@given(st.integers(1, 25), WAITS)
def test_a_target_moves_by_as_many_working_days_as_were_waited(number: int, instants: list[datetime]) -> None:
    closed = instants[: len(instants) // 2 * 2]
    told = [("received", TUESDAY), *waits_of(closed, ("asked_customer", "customer_replied"))]

    found = standing(a_target(length=f"{number}bd", pauses=WAITING), *told)

    assert found.due_on is not None
    days = [found.started_on + timedelta(days=one) for one in range(1, (found.due_on - found.started_on).days + 1)]
    waited = [one for one in days if any(wait.covers(one, DUBLIN) for wait in found.waits)]
    counted = [one for one in days if one not in waited and CALENDARS["IE"].is_open(one)]
    assert len(counted) == number
    assert counted[-1] == found.due_on
