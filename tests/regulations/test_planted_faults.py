"""Each fault that deadline engines are known for, planted in ours: the signed tables must turn red."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module

import pytest

from regulations.calendars.shipped import load_calendars
from regulations.engine import Event, lengths, rules
from regulations.engine import case as cases
from regulations.engine.calendars import DAY, Calendar
from regulations.engine.case import Case
from regulations.engine.rules import Extension, Obligation, Row, Rule
from tests.regulations import tables
from tests.regulations.tables import examples

# The package offers the function under the name of its module.
evaluating = import_module("regulations.engine.evaluate")
Plant = Callable[[pytest.MonkeyPatch], None]


def red() -> list[str]:
    """Return the lines of the signed tables that are not met."""
    answers: dict[tuple[str, ...], list[object]] = {}
    found = []
    for one in examples():
        question = tuple(one.told[key] for key in ("jurisdiction", "zone", "facts", "events", "calendar"))
        if question not in answers:
            answers[question] = list(one.answer())
        if one.unmet(answers[question]):  # type: ignore[arg-type]
            found.append(one.place)
    return found


def business_days_start_on_the_day_itself(patch: pytest.MonkeyPatch) -> None:
    right = Calendar.add
    patch.setattr(Calendar, "add", lambda self, day, count: right(self, day - DAY, count))


def business_days_are_one_too_many(patch: pytest.MonkeyPatch) -> None:
    right = Calendar.add
    patch.setattr(Calendar, "add", lambda self, day, count: right(self, day, count + 1))


def calendar_days_start_on_the_day_itself(patch: pytest.MonkeyPatch) -> None:
    right = lengths.Length._end

    def wrong(self: lengths.Length, start: date, calendar: Calendar, *, keeps: bool) -> date:
        return right(self, start, calendar, keeps=keeps) - (DAY if self.unit == "d" else timedelta(0))

    patch.setattr(lengths.Length, "_end", wrong)


def counting_the_first_day_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    def wrong(self: lengths.Length, start: date, calendar: Calendar, *, keeps: bool) -> date:
        return right(lengths.Length(self.number, self.unit, then=self.then), start, calendar, keeps=keeps)

    right = lengths.Length._end
    patch.setattr(lengths.Length, "_end", wrong)


def a_limit_rolls_backwards(patch: pytest.MonkeyPatch) -> None:
    def back(self: Calendar, day: date) -> date:
        while not self.is_open(day):
            day -= DAY
        return day

    patch.setattr(Calendar, "roll", back)


def a_limit_never_rolls(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Calendar, "roll", lambda self, day: day)


def dates_are_read_in_utc(patch: pytest.MonkeyPatch) -> None:
    def wrong(event: Event, zone: object) -> date:
        return event.at.astimezone(UTC).date() if isinstance(event.at, datetime) else event.at

    patch.setattr(cases, "local_date", wrong)


def dates_are_read_as_written(patch: pytest.MonkeyPatch) -> None:
    def wrong(event: Event, zone: object) -> date:
        return event.at.date() if isinstance(event.at, datetime) else event.at

    patch.setattr(cases, "local_date", wrong)


def other_zones_are_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evaluating, "_differs", lambda happened, zone: False)


def holidays_are_ignored(patch: pytest.MonkeyPatch) -> None:
    bare = {
        key: Calendar(key, weekend=one.weekend, closed={}, first=one.first, last=one.last)
        for key, one in load_calendars().items()
    }
    patch.setattr(tables, "load_calendars", lambda: bare)


def weekends_are_counted(patch: pytest.MonkeyPatch) -> None:
    open_all = {
        key: Calendar(key, weekend=frozenset(), closed=one.closed, first=one.first, last=one.last)
        for key, one in load_calendars().items()
    }
    patch.setattr(tables, "load_calendars", lambda: open_all)


def a_late_holding_response_extends(patch: pytest.MonkeyPatch) -> None:
    right = rules._extended

    def wrong(case: Case, extension: Extension, start: date, calendar: Calendar) -> bool:
        return extension.by in case.happened.by_type if extension.by else right(case, extension, start, calendar)

    patch.setattr(rules, "_extended", wrong)


def a_holding_response_never_extends(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "_extended", lambda case, extension, start, calendar: False)


def a_promise_lengthens(patch: pytest.MonkeyPatch) -> None:
    right = evaluating._clock

    def wrong(rule: Rule, obligation: Obligation, rows: list[Row], promise: date | None, zone: object) -> object:
        clock = right(rule, obligation, rows, None, zone)  # type: ignore[arg-type]
        if promise is not None and obligation.key == "final_response":
            object.__setattr__(clock, "due_on", promise)
        return clock

    patch.setattr(evaluating, "_clock", wrong)


def promises_are_not_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evaluating, "_promise", lambda happened: None)


def the_generous_reading_is_worked_to(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evaluating, "_strictness", lambda row: -(row.due_on or date.min).toordinal())


def hours_are_counted_on_the_wall(patch: pytest.MonkeyPatch) -> None:
    def wrong(trigger: Event, start: date, length: lengths.Length, case: Case, calendar: Calendar) -> Row:
        if not isinstance(trigger.at, datetime):
            return Row(trigger, start, start, None, length)
        step = timedelta(hours=length.number) if length.unit == "h" else timedelta(minutes=length.number)
        due_at = trigger.at.astimezone(case.facts.zone) + step
        return Row(trigger, start, due_at.date(), due_at, length)

    patch.setattr(rules, "elapsed", wrong)


def an_acceptance_resolves_whenever_it_comes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "is_resolved", lambda case, row: "resolved_accepted" in case.happened.by_type)


def an_acceptance_never_resolves(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "is_resolved", lambda case, row: False)


def every_firm_closes_at_midnight(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evaluating.Facts, "close_of_business", time(23, 59))


def effective_dates_are_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Rule, "_in_force", lambda self, case, on: True)


def a_month_overflows_into_the_next(patch: pytest.MonkeyPatch) -> None:
    right = lengths.add_months
    patch.setattr(lengths, "add_months", lambda start, count, *, keeps=False: right(start, count, keeps=True))


def a_record_may_go_a_day_early(patch: pytest.MonkeyPatch) -> None:
    right = lengths.add_months
    patch.setattr(lengths, "add_months", lambda start, count, *, keeps=False: right(start, count, keeps=False))


PLANTS: list[Plant] = [
    business_days_start_on_the_day_itself, business_days_are_one_too_many, calendar_days_start_on_the_day_itself,
    counting_the_first_day_is_forgotten, a_limit_rolls_backwards, a_limit_never_rolls, dates_are_read_in_utc,
    dates_are_read_as_written, other_zones_are_ignored, holidays_are_ignored, weekends_are_counted,
    a_late_holding_response_extends, a_holding_response_never_extends, a_promise_lengthens, promises_are_not_kept,
    the_generous_reading_is_worked_to, hours_are_counted_on_the_wall, an_acceptance_resolves_whenever_it_comes,
    an_acceptance_never_resolves, every_firm_closes_at_midnight, effective_dates_are_ignored,
    a_month_overflows_into_the_next, a_record_may_go_a_day_early,
]  # fmt: skip


def test_without_a_fault_every_line_is_met() -> None:
    assert red() == []


@pytest.mark.parametrize("plant", PLANTS, ids=lambda one: one.__name__)
def test_the_tables_turn_red(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)

    assert red(), f"nothing in tests/golden notices that {plant.__name__.replace('_', ' ')}"
