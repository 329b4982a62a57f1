"""Builders for the tests of the engine: facts, events and the shipped law."""

from __future__ import annotations

from datetime import date, datetime

from regulations.calendars.shipped import load_calendars
from regulations.engine import Clock, Event, evaluate
from regulations.rulebooks.shipped import load_book

LONDON: dict[str, object] = {
    "jurisdiction": "GB", "zone": "Europe/London", "complaint_class": ["payment_services"],
}  # fmt: skip


def an_event(kind: str, at: str, **attrs: object) -> Event:
    when = date.fromisoformat(at) if len(at) == 10 else datetime.fromisoformat(at)
    return Event(kind, when, attrs)


def clocks(facts: dict[str, object], *events: Event, calendar: object = None) -> dict[tuple[str, str], Clock]:
    """Return the shipped law's clocks by rule and obligation."""
    found = evaluate(load_book(), facts, events, load_calendars(), calendar=calendar)
    by_pair = {(clock.rule, clock.obligation): clock for clock in found}
    assert len(by_pair) == len(found), "a rule answered twice for one obligation"
    return by_pair


def the_answer(*events: Event, calendar: object = None, **facts: object) -> Clock:
    """Return the final response clock of a payments complaint in London."""
    return clocks(LONDON | facts, *events, calendar=calendar)["uk-disp-payments", "final_response"]
