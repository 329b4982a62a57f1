"""Why there is no clock, and why not this rule: in words, with the fact that decided."""

from __future__ import annotations

from datetime import date

import pytest

from regulations.calendars.shipped import load_calendars
from regulations.engine import EngineError, Event, Verdict, explain
from regulations.rulebooks.shipped import load_book
from tests.regulations import tables
from tests.regulations.tables import Example, examples

EXAMPLES = {tuple(one.told[key] for key in tables.COLUMNS[1:6]): one for one in examples()}


def verdicts(example: Example) -> dict[str, Verdict]:
    told = example.told
    facts: dict[str, object] = {"jurisdiction": told["jurisdiction"], "zone": told["zone"]}
    facts |= dict(tables.fact(words) for words in told["facts"].split("; ") if words)
    happened = [tables.event(words) for words in told["events"].split("; ")]
    calendar = tables.calendar_of(told["calendar"])
    return {one.rule: one for one in explain(load_book(), facts, happened, load_calendars(), calendar=calendar)}


def asked(jurisdiction: str, zone: str, *events: Event, **facts: object) -> dict[str, Verdict]:
    told = {"jurisdiction": jurisdiction, "zone": zone, **facts}
    return {one.rule: one for one in explain(load_book(), told, events, load_calendars())}


def in_london(*events: Event, **facts: object) -> dict[str, Verdict]:
    return asked("GB", "Europe/London", *(events or [Event("received", date(2026, 6, 1))]), **facts)


def why_absent(verdict: Verdict, obligation: str) -> str:
    return next(one.because for one in verdict.absent if one.obligation == obligation)


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=lambda one: one.place)
def test_the_explanation_says_what_the_engine_does(example: Example) -> None:
    found, answer = verdicts(example), example.answer()
    demanded = {rule.id: {one.key for one in rule.obligations} for rule in load_book().rules}

    assert found.keys() == demanded.keys()
    assert {rule for rule, verdict in found.items() if verdict.applies} == {clock.rule for clock in answer}
    for clock in answer:
        running = {one.obligation for one in answer if one.rule == clock.rule}
        assert {one.obligation for one in found[clock.rule].absent} == demanded[clock.rule] - running


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=lambda one: one.place)
def test_every_reason_is_a_sentence(example: Example) -> None:
    for verdict in verdicts(example).values():
        for said in (verdict.because, *(one.because for one in verdict.absent)):
            assert said.endswith(".") and said[0].isupper() and "_" not in said, (verdict.rule, said)


def test_a_rule_of_another_country_says_whose_law_it_is() -> None:
    assert in_london()["ca-bank-act"].because == "It is the law of CA; the firm answers to GB."


def test_a_class_the_rule_is_not_for_is_named() -> None:
    verdict = in_london(complaint_class=["other"])["uk-disp-payments"]

    assert not verdict.applies
    assert verdict.because == "It is for complaints about payment services or e-money; the complaint is about other."


def test_a_fact_that_nobody_told_says_what_is_assumed() -> None:
    verdict = asked("CA", "America/Toronto", Event("received", date(2026, 6, 1)))["ca-bank-act"]

    assert verdict.because == (
        "It is for cases where entity type is bank; "
        "entity type is payment institution, which is assumed because nobody said."
    )


def test_a_large_business_is_told_why_the_ombudsman_is_closed_to_it() -> None:
    said = in_london(complainant="large_business", complaint_class=["payment_services"])

    assert said["uk-psr-101"].applies
    assert said["uk-disp-payments"].because.endswith("; the complainant is a large business.")
    assert said["uk-fos-referral"].because == (
        "It is for cases that uk-disp-payments or uk-disp-standard governs; none of them governs this one."
    )


def test_a_rule_not_yet_in_force_says_from_when() -> None:
    early = Event("received", date(2026, 6, 18))
    verdict = in_london(early, complaint_class=["data_protection"])["uk-dpa-164a"]

    assert verdict.because == "It is in force from Fri 19 Jun 2026; the date that decides is Thu 18 Jun 2026."


def test_nothing_that_starts_it_has_happened() -> None:
    verdict = asked("US", "America/New_York", Event("received", date(2026, 6, 1)))["us-cfpb-portal"]

    assert verdict.because == "It counts from sent to company, and nothing of that has happened."


def test_a_summary_resolution_says_why_no_final_response_is_owed() -> None:
    events = [Event("received", date(2026, 6, 1)), Event("resolved_accepted", date(2026, 6, 4))]
    verdict = in_london(*events, complaint_class=["payment_services"])["uk-disp-payments"]

    assert verdict.applies
    assert why_absent(verdict, "final_response") == (
        "The complainant accepted the answer on Thu 4 Jun 2026, in time for a summary resolution."
    )


def test_a_notice_after_the_window_says_when_the_window_ended() -> None:
    events = [Event("statement_sent", date(2026, 3, 1)), Event("received", date(2026, 5, 1))]
    verdict = asked("US", "America/New_York", *events, complaint_class=["eft_error"])["us-reg-e"]

    assert why_absent(verdict, "investigation_outer_limit") == (
        "Received on Fri 1 May 2026, after the notice window ended on Thu 30 Apr 2026."
    )


def test_a_written_acceptance_says_what_it_removed() -> None:
    accepted = Event("resolved_accepted", date(2026, 7, 20), {"form": "written"})
    verdict = in_london(Event("received", date(2026, 7, 6)), accepted, complaint_class=["other"])["uk-disp-standard"]

    assert why_absent(verdict, "final_response") == (
        "Resolved accepted on Mon 20 Jul 2026, not later than 8 weeks after Mon 6 Jul 2026."
    )


def test_a_rule_that_applies_says_what_it_looked_at() -> None:
    verdict = in_london(complaint_class=["payment_services"])["uk-disp-payments"]

    assert verdict.because == (
        "The complainant is a consumer, which is assumed because nobody said; the complaint is about payment services."
    )


def test_a_question_that_cannot_be_answered_is_refused_in_a_sentence() -> None:
    with pytest.raises(EngineError, match="phoned is no event the law knows"):
        in_london(Event("phoned", date(2026, 6, 1)))
