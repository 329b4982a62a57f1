"""When the rules of a policy fall due on a limit or on a complaint. Pure; days are the law engine's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from complaints.models import Clock
from complaints.thresholds.rules import Place, Rule, Span, When
from regulations.engine.calendars import Calendar, CalendarHorizon

Moment = tuple[datetime, Rule]
Calendars = Mapping[str, Calendar]
WEEKEND = 5
DAY = timedelta(days=1)
# A limit ends with its day: the instant before its end is on its last day.
INSTANT = timedelta(microseconds=1)


def warnings(clock: Clock, rules: Iterable[Rule], place: Place, calendars: Calendars) -> list[Moment]:
    """Return when to warn of this limit, soonest first; of rules for one moment the first that fits counts."""
    assert clock.ends_at is not None
    found = _fitting(clock, rules, place, calendars)
    return sorted((pair for pair in found if pair[0] < clock.ends_at), key=lambda pair: pair[0])


def lates(clock: Clock, rules: Iterable[Rule], place: Place, calendars: Calendars) -> list[Moment]:
    """Return when to say that this limit, missed, is still not met, soonest first."""
    return sorted(_fitting(clock, rules, place, calendars), key=lambda pair: pair[0])


def breach(clock: Clock, rules: Iterable[Rule], place: Place) -> Rule:
    """Return the rule for the limit's end; reading sees to it that one is for everybody."""
    return next(rule for rule in rules if rule.fits(place, clock.obligation))


def _fitting(clock: Clock, rules: Iterable[Rule], place: Place, calendars: Calendars) -> list[Moment]:
    found: dict[str, Moment] = {}
    for rule in rules:
        if rule.words not in found and rule.fits(place, clock.obligation):
            found[rule.words] = (moment(clock, rule, place.zone, calendars), rule)
    return list(found.values())


def moment(clock: Clock, rule: Rule, zone: str, calendars: Calendars) -> datetime:
    """Return the moment of one rule on one limit, UTC."""
    assert clock.ends_at is not None
    if rule.when is When.SHARE:
        left = (clock.ends_at - _start(clock.trigger_on, zone)) * (100 - rule.percent) / 100
        return clock.ends_at - (min(left, rule.at_most.lasts) if rule.at_most else left)
    assert rule.span is not None
    return _offset(clock, rule.span, 1 if rule.when is When.AFTER else -1, zone, calendars)


@lru_cache(maxsize=4_096)
def _start(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _offset(clock: Clock, span: Span, sign: int, zone: str, calendars: Calendars) -> datetime:
    assert clock.ends_at is not None
    if span.unit in ("minutes", "hours"):
        return clock.ends_at + sign * span.lasts
    # Days are counted where the respondent is, so that a clock change moves no warning by an hour.
    end = clock.ends_at.astimezone(ZoneInfo(zone))
    last = (clock.ends_at - INSTANT).astimezone(ZoneInfo(zone)).date()
    then = _shift(last, span, sign, calendars.get(clock.calendar))
    return datetime.combine(end.date() + (then - last), end.time(), ZoneInfo(zone)).astimezone(UTC)


def _shift(last: date, span: Span, sign: int, calendar: Calendar | None) -> date:
    """Return the day so many days from the limit's last day; working ones by the limit's own calendar."""
    if span.unit == "days":
        return last + sign * span.number * DAY
    if calendar is not None:
        try:
            return calendar.add(last, span.number) if sign > 0 else calendar.back(last, span.number)
        except CalendarHorizon:
            # Beyond what the calendar knows: told by weekdays is better than not told.
            pass
    left, day = span.number, last
    while left:
        day += sign * DAY
        left -= day.weekday() < WEEKEND
    return day


def next_after(moments: Sequence[Moment], after: datetime | None) -> datetime | None:
    """Return the first of these moments that lies beyond the one that was dealt with last."""
    return next((at for at, _ in moments if after is None or at > after), None)
