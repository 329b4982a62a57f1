"""Rules and calendars in words, for the pages that show them. Pure."""

from __future__ import annotations

from calendar import monthcalendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from regulations.engine.lengths import written
from regulations.engine.model import EngineError

KINDS = {"D": "the firm must", "W": "somebody else may", "F": "a right begins", "K": "keep until then"}
PLACES = {
    "uk": "United Kingdom", "ie": "Ireland", "eu": "European Union", "fr": "France", "es": "Spain", "it": "Italy",
    "us": "United States", "au": "Australia", "ca": "Canada", "br": "Brazil", "in": "India", "sg": "Singapore",
    "hk": "Hong Kong", "nz": "New Zealand", "mx": "Mexico",
}  # fmt: skip
CALENDAR_NAMES = {
    "GB-ENG": "England and Wales", "GB-SCT": "Scotland", "GB-NIR": "Northern Ireland",
    "IE": "Ireland, public holidays", "IE-BANK": "Ireland, bank holidays",
    "DE": "Germany, national", "FR": "France, national", "ES": "Spain, national", "IT": "Italy, national",
    "TARGET": "Euro payment system",
    "US-FED": "United States, federal holidays", "US-OPM": "United States, federal offices",
    "AU-NSW": "New South Wales", "SG": "Singapore", "IN-BANK": "India, banks", "MX-CNBV": "Mexico, banks",
    "CA-BANKACT": "Canada, banks", "CA-FED-INTERPRETATION": "Canada, federal law",
    "BR-NATIONAL": "Brazil, national", "BR-BANK": "Brazil, banks", "OPEN-7": "Every day of the week",
}  # fmt: skip
DAY_NAMES = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip
MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Demand:
    """One obligation of a rule, as people read it."""

    title: str
    key: str
    kind: str
    counts_from: str
    length: str
    generous: str
    extended: str


def place_of(rule: str) -> str:
    """Return the part of the world a rule is of, by the first part of its name."""
    return PLACES.get(rule.partition("-")[0], "Elsewhere")


def calendar_name(key: str) -> str:
    """Return what people call a calendar; its key when nobody named it."""
    return CALENDAR_NAMES.get(key, key)


def closed_in(year: int, closed: Mapping[str, str]) -> list[tuple[date, str]]:
    """Return the year's named closed days, in order."""
    days = ((date.fromisoformat(day), name) for day, name in closed.items())
    return sorted(one for one in days if one[0].year == year)


def opening_hours(hours: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return each weekday with its windows, in order of the week."""
    return [(name, " and ".join(hours[day])) for day, name in DAY_NAMES.items() if day in hours]


def titles(definition: Mapping[str, object]) -> list[str]:
    """Return the titles of what a rule demands, in its order."""
    return [demand.title for demand in demands(definition)]


def demands(definition: Mapping[str, object]) -> list[Demand]:
    """Return what a rule demands, in its order."""
    told = definition["obligations"]
    assert isinstance(told, list)
    return [_demand(one) for one in told]


def _demand(told: Mapping[str, object]) -> Demand:
    extensions = told.get("extend", ())
    assert isinstance(extensions, Sequence)
    triggers = told["trigger"]
    names = triggers if isinstance(triggers, list) else [triggers]
    return Demand(
        title=str(told["title"]),
        key=str(told["key"]),
        kind=KINDS[str(told["kind"])],
        counts_from=" or ".join(str(name).replace("_", " ") for name in names),
        length=_length(told.get("length")) or ("worked out" if "calc" in told else "no number: promptly"),
        generous=_length(told.get("lenient")),
        extended="; ".join(_extension(one) for one in extensions),
    )


def _extension(told: Mapping[str, object]) -> str:
    to = _length(told["to"])
    if told.get("by"):
        return f"{to} with a {str(told['by']).replace('_', ' ')} within {_length(told['within'])}"
    return f"{to}: {told.get('why', 'on a condition')}"


def _length(told: object) -> str:
    if not told:
        return ""
    try:
        length = written(str(told))
    except EngineError:
        return str(told)
    return (
        length.words
        + (", counting the first day" if length.incl else "")
        + (", then the next open day" if length.roll else "")
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a month: open, weekend, closed with a name, or empty outside the month."""

    on: date | None
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Month:
    """One month as weeks of days, Monday first."""

    first: date
    weeks: list[list[Cell]]


def year_of(year: int, *, weekend: Sequence[str], closed: Mapping[str, str]) -> list[Month]:
    """Return the year's months with every closed day named."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    ends = {days.index(name) for name in weekend}

    def cell(month: int, place: int, day: int) -> Cell:
        if not day:
            return Cell(None, "empty", "")
        on = date(year, month, day)
        if name := closed.get(on.isoformat(), ""):
            return Cell(on, "holiday", name)
        return Cell(on, "weekend" if place in ends else "open", "")

    return [
        Month(
            date(year, month, 1),
            [[cell(month, place, day) for place, day in enumerate(week)] for week in monthcalendar(year, month)],
        )
        for month in MONTHS
    ]
