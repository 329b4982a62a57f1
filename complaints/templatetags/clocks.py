"""Clocks and times in templates."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext

from complaints import chips, ours
from complaints.models import Clock, Complaint, Target
from users.dates import written

register = template.Library()


@register.inclusion_tag("complaints/_chip.html")
def chip(clock: Clock | None, now: datetime) -> dict[str, object]:
    """Show the statutory chip of a clock, a link to the clocks of its complaint; nothing without a clock."""
    if clock is None:
        return {"chip": None}
    made = chips.chip_of(clock, now=now)
    complaint = clock.complaint
    return {
        "chip": made,
        "clock": clock,
        "wedge": chips.wedge(made.used),
        "reference": complaint.reference,
        "tip": f"{clock.title}: {until(clock.ends_at, complaint.respondent.zone)}" if clock.ends_at else clock.title,
    }


@register.inclusion_tag("complaints/_our_chip.html")
def our_chip(target: Target | None, reference: str, now: datetime, zone: str) -> dict[str, object]:
    """Show the hollow chip of a target of ours, a link to its line among the clocks; nothing without a target."""
    if target is None:
        return {"chip": None}
    made = ours.our_chip(target, now=now)
    left = gettext("stands still, {left} left").format(left=target.left)
    tip = gettext("Our target, {title}: {due}").format(
        title=target.title, due=until(target.ends_at, zone) if target.ends_at else left
    )
    return {"chip": made, "key": target.key, "reference": reference, "tip": tip}


@register.simple_tag
def first_of_ours(complaint: Complaint) -> ours.Glimpse | None:
    """Return what the list knows of a complaint's first target; None where it has none."""
    return ours.Glimpse.of(complaint.by_us)


@register.simple_tag
def our_bar(target: Target, now: datetime) -> int:
    """Return the share of a target's time that is used, 0 to 100."""
    return ours.our_chip(target, now=now).used


@register.filter
def when(value: datetime | date | None, zone: str = "UTC") -> str:
    """Return a moment in words on the wall clock of a zone, such as Wed 25 Nov 2026, 17:30; a date without time."""
    if isinstance(value, datetime):
        return written(value.astimezone(ZoneInfo(zone)), "D j M Y, H:i")
    return written(value, "D j M Y") if value else ""


@register.filter
def until(ends_at: datetime | None, zone: str = "UTC") -> str:
    """Return the instant a limit ends, with its zone; midnight is said as the end of the day before."""
    if ends_at is None:
        return ""
    local = ends_at.astimezone(ZoneInfo(zone))
    if local.time() == time():
        day = written(local - timedelta(days=1), "D j M Y")
        return gettext("end of {day} ({place})").format(day=day, place=place(zone))
    return f"{written(local, 'D j M Y, H:i')} ({place(zone)})"


@register.filter
def due(ends_at: datetime | None, zone: str = "UTC") -> str:
    """Return the instant a limit ends, short: the day, and the hour where it is not the day's end."""
    if ends_at is None:
        return ""
    local = ends_at.astimezone(ZoneInfo(zone))
    if local.time() == time():
        return written(local - timedelta(days=1), "D j M Y")
    return written(local, "D j M Y, H:i")


@register.filter
def by_day(ends_at: datetime, zone: str = "UTC") -> str:
    """Return the day a limit falls on, such as Wednesday 25 November; midnight belongs to the day before."""
    local = ends_at.astimezone(ZoneInfo(zone))
    return written(local - timedelta(days=1) if local.time() == time() else local, "l j F")


@register.filter
def clock_time(value: datetime, zone: str = "UTC") -> str:
    """Return the time of day of a moment in a zone, such as 14:02."""
    return f"{value.astimezone(ZoneInfo(zone)):%H:%M}"


@register.filter
def span(length: timedelta | None) -> str:
    """Return a length of time in at most two units, such as 2d 3h."""
    return chips.span(length, units=2) if length is not None else ""


@register.filter
def ago(value: datetime | None, now: datetime) -> str:
    """Return how long ago a moment was, in one unit, such as 4h."""
    return chips.span(now - value) if value else ""


@register.filter
def since(value: datetime, now: datetime) -> str:
    """Return how long ago a moment was, as people say it: just now, or 4h ago."""
    if now - value < timedelta(minutes=1):
        return gettext("just now")
    return gettext("{span} ago").format(span=chips.span(now - value))


def place(zone: str) -> str:
    """Return a zone as people say it: Europe/Dublin becomes Dublin."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


@register.filter
def percent(clock: Clock, now: datetime) -> int:
    """Return the share of a clock's time that is used, 0 to 100."""
    return round(100 * chips.chip_of(clock, now=now).used)


@register.filter
def tone(clock: Clock, now: datetime) -> str:
    """Return the tone of a clock's chip, for its bar."""
    return chips.chip_of(clock, now=now).tone


SYMBOLS = {
    "GBP": "£",
    "EUR": "€",
    "USD": "$",
    "AUD": "A$",
    "CAD": "C$",
    "NZD": "NZ$",
    "SGD": "S$",
    "HKD": "HK$",
    "INR": "₹",
}


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """Return an amount with its currency, such as £1,265.00."""
    if amount is None:
        return ""
    return f"{SYMBOLS.get(currency, currency + ' ')}{number_format(amount, 2, force_grouping=True)}"
