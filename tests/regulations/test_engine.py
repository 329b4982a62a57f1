"""The engine: readings, zones, calendars, promises and versions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from regulations.calendars.shipped import load_calendars
from regulations.engine import EngineError, Event, evaluate
from regulations.engine.calendars import CalendarHorizon
from regulations.rulebooks.shipped import load_book
from tests.regulations.cases import LONDON, an_event, clocks, the_answer

RECEIVED = an_event("received", "2026-06-01T10:15:00+01:00")


# Dates and zones


def test_the_offset_of_a_timestamp_says_nothing_about_the_zone() -> None:
    late_in_california = an_event("received", "2026-06-01T20:00:00-07:00")

    assert the_answer(late_in_california).trigger_on == date(2026, 6, 2)


def test_events_of_one_date_are_ordered_by_instant_and_not_by_how_they_are_written() -> None:
    later, earlier = (
        an_event("received", "2026-06-01T09:00:00+00:00"),
        an_event("received", "2026-06-01T09:30:00+01:00"),
    )

    clock = clocks({"jurisdiction": "AU", "zone": "Australia/Sydney"}, later, earlier)["au-rg271-standard", "acknowledgement"]  # fmt: skip

    assert clock.due_at == earlier.at + timedelta(hours=24)  # type: ignore[operator]


def test_another_zone_gives_the_earlier_date_and_keeps_the_later_as_lawful() -> None:
    clock = the_answer(an_event("received", "2026-07-01T16:45:00-07:00"), other_zones=["America/Los_Angeles"])

    assert (clock.due_on, clock.latest_lawful_on) == (date(2026, 7, 22), date(2026, 7, 23))


def test_another_zone_never_gives_a_later_date() -> None:
    clock = the_answer(an_event("received", "2026-07-01T16:45:00+01:00"), other_zones=["Pacific/Auckland"])

    assert (clock.due_on, clock.latest_lawful_on) == (date(2026, 7, 22), None)


def test_a_limit_ends_at_the_local_midnight_after_its_date() -> None:
    assert the_answer(RECEIVED).ends_at == datetime(2026, 6, 22, 23, tzinfo=UTC)


def test_a_right_begins_at_the_local_midnight_before_its_date() -> None:
    clock = clocks(LONDON, RECEIVED)["uk-fos-referral", "ombudsman_open_from"]

    assert (clock.due_on, clock.ends_at) == (date(2026, 6, 23), datetime(2026, 6, 22, 23, tzinfo=UTC))


def test_a_summary_resolution_ends_at_the_firms_close_of_business() -> None:
    facts = LONDON | {"close_of_business": "16:30"}
    clock = clocks(facts, RECEIVED)["uk-disp-payments", "summary_resolution_cutoff"]

    assert clock.ends_at == datetime(2026, 6, 4, 15, 30, tzinfo=UTC)


# Extension, disapplication, promise


def test_a_holding_response_on_the_last_day_buys_35_days() -> None:
    held = an_event("holding_response_sent", "2026-06-22T23:59:00+01:00")

    assert the_answer(RECEIVED, held).due_on == date(2026, 7, 20)


def test_a_late_holding_response_does_not_buy_35_days() -> None:
    late = an_event("holding_response_sent", "2026-06-23T00:00:00+01:00")

    assert the_answer(RECEIVED, late).due_on == date(2026, 6, 22)


def test_a_second_holding_response_that_is_late_takes_nothing_away() -> None:
    held, again = an_event("holding_response_sent", "2026-06-19"), an_event("holding_response_sent", "2026-07-01")

    assert the_answer(RECEIVED, again, held).due_on == date(2026, 7, 20)


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_promises_the_one_told_last_counts(turned: bool) -> None:
    promises = [
        an_event("acknowledged", "2026-06-02", promised_on="2026-06-10"),
        an_event("progress_update_sent", "2026-06-09", promised_on="2026-06-18"),
    ]

    clock = the_answer(RECEIVED, *(reversed(promises) if turned else promises))

    assert (clock.due_on, clock.latest_lawful_on) == (date(2026, 6, 18), date(2026, 6, 22))
    assert "promised an answer by Thu 18 Jun 2026" in clock.sentence


def test_a_promise_moves_no_ombudsman_date() -> None:
    promised = an_event("acknowledged", "2026-06-02", promised_on="2026-06-10")

    assert clocks(LONDON, RECEIVED, promised)["uk-fos-referral", "ombudsman_open_from"].due_on == date(2026, 6, 23)


def test_a_letter_that_is_not_compliant_starts_no_window_but_opens_the_door() -> None:
    letter = an_event("final_response_sent", "2026-06-10", compliant=False)
    found = clocks(LONDON, RECEIVED, letter)

    assert ("uk-fos-referral", "ombudsman_referral_window") not in found
    assert found["uk-fos-referral", "ombudsman_open_from"].due_on == date(2026, 6, 10)


def test_a_forwarded_complaint_moves_no_clock_that_counts_from_the_customers_own_notice() -> None:
    facts: dict[str, object] = {"jurisdiction": "US", "zone": "America/New_York", "complaint_class": ["eft_error"]}
    events = [an_event("statement_sent", "2026-04-15"), an_event("received", "2026-06-10"), an_event("forwarded_received", "2026-06-20")]  # fmt: skip

    assert clocks(facts, *events)["us-reg-e", "investigation_outer_limit"].due_on == date(2026, 7, 25)


def test_a_cancellation_counts_only_within_thirty_minutes() -> None:
    facts: dict[str, object] = {
        "jurisdiction": "US", "zone": "America/New_York", "complaint_class": ["remittance_cancellation"],
    }  # fmt: skip
    paid = an_event("payment_made", "2026-06-01T10:00:00-04:00")
    in_time, late = "2026-06-01T10:30:00-04:00", "2026-06-01T10:30:01-04:00"

    assert ("us-reg-e-cancel", "refund") in clocks(facts, paid, an_event("cancellation_requested", in_time))
    assert ("us-reg-e-cancel", "refund") not in clocks(facts, paid, an_event("cancellation_requested", late))
    assert ("us-reg-e-cancel", "refund") not in clocks(facts, an_event("cancellation_requested", in_time))


def test_information_from_before_the_dispute_adds_no_fifteen_days() -> None:
    facts: dict[str, object] = {
        "jurisdiction": "US", "zone": "America/New_York", "complaint_class": ["credit_reporting_dispute"],
    }  # fmt: skip
    received, key = an_event("received", "2026-06-10"), ("us-reg-v", "final_response")

    assert clocks(facts, received, an_event("complainant_info_received", "2026-06-09"))[key].due_on == date(2026, 7, 9)
    assert clocks(facts, received, an_event("complainant_info_received", "2026-06-10"))[key].due_on == date(2026, 7, 24)


def test_in_brazil_one_extension_in_ten_demands_is_all_there_is() -> None:
    facts: dict[str, object] = {"jurisdiction": "BR", "zone": "America/Sao_Paulo", "ombudsman_channel": True}
    events = [an_event("received", "2026-11-03"), an_event("extension_notified", "2026-11-10")]
    key = ("br-ouvidoria", "final_response")

    base = clocks(facts, *events[:1])[key].due_on
    assert clocks(facts | {"month_demands": 200, "month_extensions_used": 20}, *events)[key].due_on == base
    assert clocks(facts | {"month_demands": 200, "month_extensions_used": 19}, *events)[key].due_on != base


# Calendars of a request


def test_a_requests_calendar_replaces_every_calendar() -> None:
    assert the_answer(RECEIVED, calendar="OPEN-7").due_on == date(2026, 6, 16)


def test_an_announced_holiday_shortens_nothing_and_moves_the_date() -> None:
    announced = {"base": "GB-ENG", "add_closed": ["2026-06-15"]}

    clock = the_answer(RECEIVED, calendar=announced)

    assert clock.due_on == date(2026, 6, 23)
    assert "announced holiday 15 Jun" in clock.sentence


def test_a_withdrawn_holiday_opens_its_day_but_no_weekend() -> None:
    received = an_event("received", "2026-12-21")
    reopened = {"base": "GB-ENG", "reopen": ["2026-12-28", "2026-12-27"]}

    assert the_answer(received, calendar=reopened).due_on == the_answer(received).due_on - timedelta(days=1)  # type: ignore[operator]


def test_a_list_of_calendars_is_one_reading_each() -> None:
    clock = the_answer(an_event("received", "2026-06-12"), calendar=["GB-ENG", "GB-SCT"])

    assert (clock.due_on, clock.latest_lawful_on) == (date(2026, 7, 3), date(2026, 7, 6))


def test_the_institutions_own_days_count_only_where_the_rule_says_so() -> None:
    facts = {"jurisdiction": "DE", "zone": "Europe/Berlin", "provider_open_days": "OPEN-7"}
    payments = clocks(facts | {"complaint_class": ["payment_services"]}, an_event("received", "2026-06-01"))

    assert payments["eu-psd2-101", "final_response"].due_on == date(2026, 6, 16)
    assert the_answer(RECEIVED, provider_open_days="OPEN-7").due_on == date(2026, 6, 22)


@pytest.mark.parametrize(
    ("facts", "events", "calendar", "said"),
    [
        ({"zone": None}, [], None, "The fact zone is missing"),
        ({"zone": "Mars/Base"}, [], None, "Mars/Base is not a time zone"),
        ({"other_zones": "Europe/Paris"}, [], None, "other_zones must be a list"),
        ({}, [Event("teleported", date(2026, 6, 1))], None, "teleported is no event the law knows"),
        ({}, [Event("received", datetime(2026, 6, 1))], None, "has no offset"),
        ({}, [Event("received", date(1066, 10, 14))], None, "outside the years"),
        ({}, [Event("received", date(2026, 6, 1))], "GB-WLS", "There is no calendar GB-WLS"),
        ({"jurisdiction": "ZZ"}, [], "GB-WLS", "There is no calendar GB-WLS"),
        ({}, [], [], "The list of calendars is empty"),
        ({}, [], {"weekend": ["caturday"]}, "A calendar names weekdays"),
        ({}, [], {"base": {"base": "GB-ENG"}}, "There is no calendar"),
        ({}, [], {"weekend": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, "has no open day"),
        ({"provider_open_days": ["GB-ENG"]}, [], None, "one calendar, not a list"),
        ({"close_of_business": "25:00"}, [Event("received", date(2026, 6, 1))], None, "must be a time such as 17:00"),
        ({}, [Event("received", date(2026, 6, 1), {"promised_on": "soon"})], None, "promised_on must be a date"),
        ({"complainant": "business", "business_size": {"staff": "few"}}, [], None, "staff must be a number"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_a_sentence(
    facts: dict[str, object], events: list[Event], calendar: object, said: str
) -> None:
    with pytest.raises(EngineError, match=said):
        evaluate(load_book(), LONDON | facts, events, load_calendars(), calendar=calendar)


def test_beyond_the_calendars_last_year_is_an_error_of_the_engine() -> None:
    with pytest.raises(CalendarHorizon):
        the_answer(an_event("received", "2030-12-30"))


def test_a_jurisdiction_without_rules_has_no_clocks() -> None:
    assert clocks({"jurisdiction": "ZZ", "zone": "UTC"}, RECEIVED) == {}
