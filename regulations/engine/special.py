"""Limits a sentence of data cannot say. Each is named in a pack and cited there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from regulations.engine.case import LETTERS, RECEIPT, Case
from regulations.engine.lengths import Length, add_months
from regulations.engine.model import EngineError, Event
from regulations.engine.rules import Obligation, Row, Rule, resolved_summarily

Rules = Sequence[Rule]
# Whose final response opens the ombudsman's door, in this order (DISP 2.8.1R(2) and (2A)).
OMBUDSMAN_RULES = ("uk-disp-payments", "uk-disp-standard")
Calc = Callable[[Case, Obligation, Event], Row | None]


def after_close(case: Case, obligation: Obligation, trigger: Event) -> Row:
    """One business day; generously, from the next open day when it came on a closed day or after close of business."""
    start = case.on(trigger)
    first = case.working.add(start, 1)
    at = trigger.at
    late = isinstance(at, datetime) and at >= case.close_of(case.happened.day(trigger), case.working)
    if not case.strict and (late or not case.working.is_open(start)):
        first = case.working.add(first, 1)
    due_at = case.close_of(first, case.working)
    return Row(trigger, start, first, due_at, Length(1, "bd"), case.working)


def ombudsman_open(case: Case, obligation: Obligation, trigger: Event, rules: Rules) -> Row | None:
    """From when the customer may go to the ombudsman (DISP 2.8.1R): the day after the limit, or the first letter.

    `rules` are those whose final response counts; the first that runs gives the limit, promises ignored.
    """
    on, found = case.version_date(trigger), []
    if not resolved_summarily(case, rules, on):
        chosen = next((rule for rule in rules if rule.runs(case, on)), None)
        answers = [one for one in chosen.obligations if one.key == "final_response"] if chosen else []
        limit = answers[0].limit(case, trigger) if answers else None
        if limit is not None and limit.due_on is not None:
            found.append((limit.due_on + timedelta(days=1), "the day after the limit of the final response"))
    if (letter := case.happened.earliest(LETTERS)) is not None:
        found.append((case.on(letter[1]), "the day the answer was sent"))
    if not found:
        return None
    due, why = min(found)
    return Row(trigger, case.on(trigger), due, why=f"This is {why}.")


def fspo_window(case: Case, obligation: Obligation, trigger: Event) -> Row:
    """Six years from the conduct; generously, without the days the firm had the complaint (FSPO Act 2017 s.51)."""
    start = case.on(trigger)
    end = add_months(start, 72)
    received, answered = case.first("received"), case.first("final_response_sent")
    if not case.strict and received is not None and answered is not None and case.on(received) <= end:
        end += timedelta(days=max(0, (case.on(answered) - case.on(received)).days))
    return Row(trigger, start, end, None, Length(6, "y"))


def day_or_business_day(case: Case, obligation: Obligation, trigger: Event) -> Row:
    """24 hours or one business day, whichever is earlier; generously, one business day (RG 271.51)."""
    start = case.on(trigger)
    business = case.working.add(start, 1)
    row = Row(trigger, start, business, None, Length(1, "bd"), case.working)
    if not case.strict or not isinstance(trigger.at, datetime):
        return row
    due_at = (trigger.at + timedelta(hours=24)).astimezone(case.facts.zone)
    if due_at.date() > business:
        return row
    return Row(trigger, start, due_at.date(), due_at, Length(24, "h"))


def _rolled(case: Case, end: date) -> date:
    return end if case.strict else case.working.roll(end)


def unused_days(number: int) -> Calc:
    """Return the limit of an internal appeal: what the firm left of its days (RG 271.113)."""

    def appeal(case: Case, obligation: Obligation, trigger: Event) -> Row | None:
        received, answered = case.first("received"), case.first("final_response_sent")
        if received is None or answered is None:
            return None
        left = max(0, number - (case.on(answered) - case.on(received)).days)
        start = case.on(trigger)
        return Row(trigger, start, _rolled(case, start + timedelta(days=left)), None, Length(left, "d"))

    return appeal


def _requested(case: Case, start: date) -> Event | None:
    """Return the first request for information within 21 days of receipt (NCC s.72)."""
    asked = case.first("information_requested")
    return asked if asked is not None and case.on(asked) <= start + timedelta(days=21) else None


def information_window(case: Case, obligation: Obligation, trigger: Event) -> Row | None:
    """21 days from a request for information made within 21 days of receipt."""
    asked = _requested(case, case.on(trigger))
    if asked is None:
        return None
    start = case.on(asked)
    return Row(asked, start, start + timedelta(days=21), None, Length(21, "d"))


def hardship_answer(case: Case, obligation: Obligation, trigger: Event) -> Row:
    """The answer's limit, which moves to the next open day on the generous reading."""
    row = hardship_notice(case, obligation, trigger)
    return row if row.due_on is None else replace(row, due_on=_rolled(case, row.due_on))


def hardship_notice(case: Case, obligation: Obligation, trigger: Event) -> Row:
    """21 days; after a request in time, 21 from the information, or 28 from the request when none came."""
    start, length = case.on(trigger), Length(21, "d")
    asked = _requested(case, start)
    if asked is not None:
        given = case.first("information_received")
        if given is not None and case.on(given) <= case.on(asked) + timedelta(days=21):
            trigger, start = given, case.on(given)
        else:
            trigger, start, length = asked, case.on(asked), Length(28, "d")
    return Row(trigger, start, start + timedelta(days=length.number), None, length)


def on_fixed_dates(case: Case, obligation: Obligation, trigger: Event) -> Row | None:
    """The date a table gives for the day a period ended; no row for another day."""
    ended = case.on(trigger)
    if trigger.type in RECEIPT:
        ended = date(ended.year, 6, 30) if ended.month <= 6 else date(ended.year, 12, 31)
    for when, due, years in obligation.dates:
        if f"{ended:%m-%d}" != when:
            continue
        year = ended.year + years
        if due.endswith("last"):
            month = int(due[:2])
            return Row(trigger, ended, date(year, month + 1, 1) - timedelta(days=1))
        return Row(trigger, ended, date.fromisoformat(f"{year}-{due}"))
    return None


def billing_cycles(case: Case, obligation: Obligation, trigger: Event) -> Row:
    """The end of the second full billing cycle after this one, at most 90 days (12 CFR 1026.13(c)(2))."""
    start, told = case.on(trigger), case.facts.told.get("billing_cycle_end_day")
    cap = start + timedelta(days=90)
    if told is None:
        return Row(trigger, start, cap, None, Length(90, "d"), why="The billing cycle is not known.")
    if not isinstance(told, int) or not 1 <= told <= 31:
        raise EngineError("billing_cycle_end_day must be a number from 1 to 31.")
    first = date(start.year, start.month, 1)
    ends = [_clamped(add_months(first, months), told) for months in range(4)]
    current = next(place for place, end in enumerate(ends) if end >= start)
    second = ends[current + 2]
    if cap <= second:
        return Row(trigger, start, cap, None, Length(90, "d"))
    return Row(trigger, start, second, why="It is the end of the second full billing cycle after the current one.")


def _clamped(first: date, day: int) -> date:
    last = (add_months(first, 1) - timedelta(days=1)).day
    return first.replace(day=min(day, last))


def rbios_window(case: Case, obligation: Obligation, trigger: Event) -> Row:
    """90 days from the later of receipt and 30 days, and the last communication to the customer (RBIOS 2026)."""
    starts = []
    if (received := case.first("received")) is not None:
        starts.append((case.on(received) + timedelta(days=30), received))
    kinds = ("final_response_sent", "holding_response_sent", "progress_update_sent")
    if (told := case.pick(kinds, compliant=False, last=True)) is not None:
        starts.append((case.on(told), told))
    start, event = max(starts, key=lambda one: one[0])
    days = 120 if event is received else 90
    return Row(event, case.on(event), start + timedelta(days=90), None, Length(days, "d"))


CALCS: dict[str, Calc] = {
    "after_close": after_close, "fspo_window": fspo_window, "day_or_business_day": day_or_business_day,
    "unused_of_30_days": unused_days(30), "unused_of_21_days": unused_days(21), "fixed_dates": on_fixed_dates,
    "information_window": information_window, "hardship_answer": hardship_answer, "hardship_notice": hardship_notice,
    "billing_cycles": billing_cycles, "rbios_window": rbios_window,
}  # fmt: skip
# What each looks at in its trigger: the date, the date and whether it came by close of business, or the instant.
# A function that is not named here is taken to look at the instant.
LOOKS_AT = {
    **dict.fromkeys((*CALCS, "ombudsman_open"), "date"),
    "after_close": "close",
    "day_or_business_day": "instant",
}
