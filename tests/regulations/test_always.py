"""What must hold for every case, whatever happened and when."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.calendars.shipped import load_calendars
from regulations.engine import Event, evaluate
from regulations.rulebooks.shipped import load_book
from tests.regulations.cases import clocks, the_answer

PLACES = [
    ("GB", "Europe/London"), ("IE", "Europe/Dublin"), ("DE", "Europe/Berlin"), ("FR", "Europe/Paris"),
    ("IT", "Europe/Rome"), ("AU", "Australia/Sydney"), ("US", "America/New_York"), ("CA", "America/Toronto"),
    ("IN", "Asia/Kolkata"), ("BR", "America/Sao_Paulo"), ("SG", "Asia/Singapore"), ("MX", "America/Mexico_City"),
]  # fmt: skip
CLASSES = [
    "payment_services", "e_money", "data_protection", "crypto_assets", "eft_error", "billing_error", "hardship",
    "default_notice", "credit_reporting_dispute", "unauthorised_transaction", "other",
]  # fmt: skip
FACTS = st.builds(
    lambda place, classes, entity: {
        "jurisdiction": place[0], "zone": place[1], "complaint_class": classes, "entity_type": entity,
        "other_zones": ["America/Los_Angeles"],
    },
    st.sampled_from(PLACES), st.lists(st.sampled_from(CLASSES), min_size=1, max_size=3),
    st.sampled_from(["payment_institution", "bank", "ppi_issuer", "financial_adviser"]),
)  # fmt: skip
# One stretch of time without a change of rules, so that only the receipt moves.
MOMENTS = st.datetimes(datetime(2027, 2, 1), datetime(2028, 6, 1), timezones=st.just(UTC))


@given(facts=FACTS, at=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_later_receipt_never_makes_anything_due_earlier(
    facts: dict[str, object], at: datetime, later: timedelta
) -> None:
    first, second = clocks(facts, Event("received", at)), clocks(facts, Event("received", at + later))

    assert first.keys() == second.keys()
    for key in first:
        before, after = first[key], second[key]
        assert before.due_on is None or (after.due_on is not None and before.due_on <= after.due_on), key


@given(facts=FACTS, at=MOMENTS, held=st.integers(0, 40))
def test_the_date_worked_to_is_never_later_than_the_law_allows(
    facts: dict[str, object], at: datetime, held: int
) -> None:
    events = [Event("received", at), Event("holding_response_sent", at + timedelta(days=held))]

    for clock in clocks(facts, *events).values():
        assert clock.latest_lawful_on is None or (clock.due_on is not None and clock.due_on < clock.latest_lawful_on)
        assert clock.due_on is None or clock.due_on >= clock.trigger_on or clock.kind == "F"


@given(facts=FACTS, at=MOMENTS, held=st.integers(0, 40))
def test_replaying_gives_identical_clocks_in_any_order_of_events(
    facts: dict[str, object], at: datetime, held: int
) -> None:
    events = [
        Event("received", at), Event("holding_response_sent", at + timedelta(days=held)),
        Event("acknowledged", at + timedelta(days=1)),
    ]  # fmt: skip
    answers = [evaluate(load_book(), facts, order, load_calendars()) for order in itertools.permutations(events)]

    assert all(answer == answers[0] for answer in answers)


@given(at=MOMENTS, promised=st.integers(-5, 60))
def test_a_promise_never_lengthens(at: datetime, promised: int) -> None:
    received, told = Event("received", at), at.date() + timedelta(days=promised)
    plain = the_answer(received)
    kept = the_answer(received, Event("acknowledged", at, {"promised_on": told.isoformat()}))

    assert plain.due_on is not None and kept.due_on == min(plain.due_on, told)
    assert (kept.latest_lawful_on or kept.due_on) == plain.due_on


@pytest.mark.parametrize(
    ("place", "told", "due", "said"),
    [
        (("SG", "Asia/Singapore", "unauthorised_transaction"), {"entity_type": "bank"}, date(2026, 6, 30), "Not told: complex."),
        (("SG", "Asia/Singapore", "unauthorised_transaction"), {"entity_type": "bank", "complex": False}, date(2026, 6, 30), ""),
        (("SG", "Asia/Singapore", "unauthorised_transaction"), {"entity_type": "bank", "complex": True}, date(2026, 8, 3), ""),
        (("ES", "Europe/Madrid", "other"), {}, date(2026, 7, 1), "Not told: complainant."),
        (("ES", "Europe/Madrid", "other"), {"complainant": "small_business"}, date(2026, 8, 1), ""),
        (
            ("US", "America/New_York", "eft_error"), {}, date(2026, 7, 16),
            "Not told: account first deposit on, cross border, transaction kind. Until they are, the limit without them applies.",
        ),
    ],
)  # fmt: skip
def test_a_fact_that_nobody_told_is_named_and_the_shorter_limit_applies(
    place: tuple[str, str, str], told: dict[str, object], due: date, said: str
) -> None:
    facts = {"jurisdiction": place[0], "zone": place[1], "complaint_class": [place[2]], **told}

    clocks = evaluate(load_book(), facts, [Event("received", date(2026, 6, 1))], load_calendars())

    last = next(one for one in clocks if one.obligation in {"investigation_outer_limit", "final_response"})
    assert last.due_on == due
    assert (said in last.sentence) if said else ("Not told" not in last.sentence)
