"""An answer from memory is the answer the law would give: two questions are one only where nothing could differ."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulations.calendars.shipped import load_calendars
from regulations.engine import Clock, Definition, EngineError, Event, Remembered, compile_book, evaluate
from regulations.engine import remembered as room
from regulations.engine.instants import hanging, pairs
from regulations.rulebooks.shipped import load_book

# One memory for every example, so that a wrong likeness between any two of them would show.
MEMORY = Remembered(load_book(), load_calendars())
LONDON: dict[str, object] = {
    "jurisdiction": "GB", "zone": "Europe/London", "complaint_class": ["payment_services"],
}  # fmt: skip
PLACES = [
    ("GB", "Europe/London", ["payment_services"]), ("GB", "Europe/London", ["other"]),
    ("IE", "Europe/Dublin", ["other"]), ("AU", "Australia/Sydney", ["other"]),
    ("US", "America/New_York", ["remittance_cancellation"]), ("US", "America/New_York", ["eft_error"]),
    ("IN", "Asia/Kolkata", ["other"]),
]  # fmt: skip
FACTS = st.builds(
    lambda place, others: {
        "jurisdiction": place[0], "zone": place[1], "complaint_class": place[2], "entity_type": "ppi_issuer",
        "other_zones": others,
    },
    st.sampled_from(PLACES), st.sampled_from([[], [], ["America/Los_Angeles"]]),
)  # fmt: skip
# Few days and times around those that matter, so that many questions look alike.
TIMES = st.sampled_from(
    [timedelta(hours=hour, minutes=minute) for hour in (0, 9, 15, 16, 17, 23) for minute in (0, 1, 59)]
)
KINDS = [
    "received", "forwarded_received", "resolved_accepted", "holding_response_sent", "final_response_sent",
    "summary_resolution_sent", "payment_made", "cancellation_requested", "statement_sent", "progress_update_sent",
]  # fmt: skip


def moments(first: date) -> st.SearchStrategy[datetime | date]:
    days = st.integers(0, 4).map(lambda days: first + timedelta(days=days))
    instants = st.builds(lambda day, at: datetime(day.year, day.month, day.day, tzinfo=UTC) + at, days, TIMES)
    return instants | days


SAID = st.sampled_from([{}, {}, {"promised_on": "2026-06-08"}, {"promised_on": "2026-06-05"}, {"form": "written"}])
# Before 30 June 2016 a complaint after close of business was a complaint of the next day.
STORIES = st.sampled_from([date(2026, 6, 1), date(2016, 6, 20)]).flatmap(
    lambda first: st.lists(st.builds(Event, st.sampled_from(KINDS), moments(first), SAID), max_size=5)
)


@settings(max_examples=200, deadline=None)
@given(facts=FACTS, events=STORIES)
def test_memory_answers_as_the_law_does(facts: dict[str, object], events: list[Event]) -> None:
    assert MEMORY.evaluate(facts, events) == evaluate(load_book(), facts, events, load_calendars())


def moved(event: Event, to: timedelta | None) -> Event:
    """Return the event at another time of its day, or on the date alone."""
    day = event.at.date() if isinstance(event.at, datetime) else event.at
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Event(event.type, day if to is None else midnight + to, event.attrs)


@settings(max_examples=1_500, deadline=None)
@given(
    facts=FACTS,
    story=st.lists(
        st.tuples(st.builds(Event, st.sampled_from(KINDS), moments(date(2026, 6, 1)), SAID), TIMES | st.none()),
        min_size=1,
        max_size=4,
    ),
)
def test_two_stories_that_are_one_question_have_one_answer(
    facts: dict[str, object], story: list[tuple[Event, timedelta | None]]
) -> None:
    first, second = [event for event, _ in story], [moved(event, to) for event, to in story]

    if MEMORY.question(facts, first) == MEMORY.question(facts, second):
        worked_out = pairs(load_book().by_jurisdiction[str(facts["jurisdiction"])])
        one, other = (
            [clock for clock in evaluate(load_book(), facts, told, load_calendars()) if not hangs(clock, worked_out)]
            for told in (first, second)
        )
        assert one == other
    for told in (first, second):
        assert MEMORY.evaluate(facts, told) == evaluate(load_book(), facts, told, load_calendars())


def hangs(clock: Clock, worked_out: frozenset[tuple[str, str]]) -> bool:
    return (clock.rule, clock.obligation) in worked_out


def test_two_letters_at_one_moment_are_another_question_than_one_after_the_other() -> None:
    letters = [Event("summary_resolution_sent", at(8)), Event("final_response_sent", at(8))]

    assert MEMORY.question(LONDON, letters) != MEMORY.question(
        LONDON, [letters[0], moved(letters[1], timedelta(hours=9))]
    )


def test_where_another_zone_may_count_the_instant_of_receipt_does() -> None:
    assert asked("received", at(1), other_zones=["America/Los_Angeles"]) != asked(
        "received", at(9), other_zones=["America/Los_Angeles"]
    )


def test_what_was_said_is_part_of_the_question() -> None:
    told = [
        Event("received", at(8), said) for said in ({}, {"promised_on": "2026-06-08"}, {"promised_on": "2026-06-09"})
    ]

    assert len({MEMORY.question(LONDON, [event]) for event in told}) == len(told)


def test_a_date_alone_is_another_question_than_a_time() -> None:
    assert MEMORY.question(LONDON, [Event("received", date(2026, 6, 1))]) != asked("received", at(9))


def test_the_order_in_which_things_are_told_is_no_part_of_the_question() -> None:
    told = [Event("received", at(8)), Event("acknowledged", at(9))]

    assert MEMORY.question(LONDON, told) == MEMORY.question(LONDON, told[::-1])


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, 1, hour, minute, tzinfo=UTC)


def asked(kind: str, when: datetime, **facts: object) -> room.Question:
    return MEMORY.question(LONDON | facts, [Event(kind, when)])


def test_the_hour_of_receipt_is_no_part_of_the_question() -> None:
    assert asked("received", at(8)) == asked("received", at(15))


def test_the_date_of_receipt_is() -> None:
    assert asked("received", at(8)) != asked("received", at(23, 30))


def test_whether_the_customer_accepted_by_close_of_business_is() -> None:
    assert asked("resolved_accepted", at(8)) == asked("resolved_accepted", at(15))
    assert asked("resolved_accepted", at(15)) != asked("resolved_accepted", at(16, 1))


def test_where_hours_count_the_limit_is_worked_out_each_time_and_the_rest_remembered() -> None:
    sydney = {"jurisdiction": "AU", "zone": "Australia/Sydney", "complaint_class": ["other"]}
    memory = Remembered(load_book(), load_calendars())

    for hour in (1, 2):
        events = [Event("received", at(hour))]
        assert memory.evaluate(sydney, events) == evaluate(load_book(), sydney, events, load_calendars())

    assert len(memory.answers) == 1
    assert asked("received", at(1), **sydney) == asked("received", at(2), **sydney)


def test_a_limit_that_falls_away_with_the_instant_is_noticed() -> None:
    def limit(key: str, length: str, **more: object) -> dict[str, object]:
        return {"key": key, "kind": "D", "title": key, "trigger": "received", "length": length, **more}

    gone = {"by": "acknowledged", "within": "1d"}
    book = compile_book(
        [
            Definition(
                {
                    "id": "a-rule", "version": 1, "title": "A rule", "citation": "Rule 1", "source_status": "primary",
                    "applies": {"jurisdiction": ["GB"]},
                    "obligations": [limit("initial_action", "2h", disapplied_by=[gone]), limit("final_response", "15bd")],
                },
                enforced=True,
            )
        ]
    )  # fmt: skip
    memory = Remembered(book, load_calendars())

    for acknowledged in (None, at(9), None):
        events = [Event("received", at(8))] + ([Event("acknowledged", acknowledged)] if acknowledged else [])
        assert memory.evaluate(LONDON, events) == evaluate(book, LONDON, events, load_calendars())


def test_what_another_limit_depends_on_does_not_hang_on_the_instant_alone() -> None:
    rules = {rule.id: rule for rule in load_book().rules}

    assert hanging(rules["au-rg271-standard"]) == {"acknowledgement"}
    # The window of thirty minutes decides whether the refund is owed.
    assert hanging(rules["us-reg-e-cancel"]) == frozenset()


def test_a_question_that_cannot_be_answered_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(EngineError, match="phoned is no event the law knows"):
            MEMORY.evaluate(LONDON, [Event("phoned", at(8))])


def test_a_full_memory_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "FULL", 3)
    memory = Remembered(load_book(), load_calendars())

    for day in range(1, 12):
        memory.evaluate(LONDON, [Event("received", date(2026, 6, day))])

    assert len(memory.answers) <= 3
