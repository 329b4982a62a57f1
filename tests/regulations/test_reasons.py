"""The words that say why a date is the date, and the strip of its days."""

from __future__ import annotations

from regulations.calendars.shipped import load_calendars
from regulations.engine import day_strip
from tests.regulations.cases import LONDON, an_event, clocks, the_answer

RECEIVED = an_event("received", "2026-06-01T10:15:00+01:00")


def test_the_sentence_names_the_day_the_count_and_the_holidays() -> None:
    clock = the_answer(an_event("received", "2026-05-20"))

    assert clock.sentence == (
        "Received on Wed 20 May 2026. The 15th business day after that day is Thu 11 Jun 2026 "
        "(calendar GB-ENG; not counted: Spring Bank Holiday 25 May)."
    )


def test_the_strip_shows_every_day_from_receipt_to_the_limit() -> None:
    clock = the_answer(an_event("received", "2026-05-22"))
    strip = day_strip(clock, load_calendars()["GB-ENG"])

    assert [(day.kind, day.count) for day in strip[:5]] == [
        ("received", 0), ("weekend", None), ("weekend", None), ("holiday", None), ("counted", 1),
    ]  # fmt: skip
    assert strip[3].name == "Spring Bank Holiday"
    assert (strip[-1].on, strip[-1].kind, strip[-1].count) == (clock.due_on, "due", 15)


def test_the_strip_counts_the_day_of_receipt_where_the_law_does() -> None:
    facts = {"jurisdiction": "IE", "zone": "Europe/Dublin", "complaint_class": ["payment_services"]}
    clock = clocks(facts, an_event("received", "2026-10-01"))["ie-reg124", "final_response"]
    strip = day_strip(clock, load_calendars()["IE"])

    assert (strip[0].count, strip[-1].count) == (1, 15)


def test_a_clock_without_a_date_has_no_strip() -> None:
    clock = clocks(LONDON, RECEIVED)["uk-disp-payments", "acknowledgement"]

    assert clock.due_on is None
    assert day_strip(clock, load_calendars()["GB-ENG"]) == []
