"""The public holidays of every shipped calendar, generated for people to confirm (vocabulary, section 6).

Run `python -m regulations.calendars.generate` to write calendars.json beside this file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import holidays
from dateutil.easter import easter

FIRST_YEAR, LAST_YEAR = 2015, 2030
FILE = Path(__file__).with_name("calendars.json")
Days = dict[date, str]


def library(country: str, subdivision: str | None = None) -> Callable[[int], Days]:
    """Return a generator of one year's holidays as the `holidays` library knows them."""
    return lambda year: dict(holidays.country_holidays(country, subdiv=subdivision, years=year, language="en_GB"))


def weekday_of(year: int, month: int, weekday: int, number: int) -> date:
    """Return the number-th such weekday of the month; -1 is the last."""
    if number > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    last = (date(year + month // 12, month % 12 + 1, 1)) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def fixed(year: int, *days: tuple[int, int, str]) -> Days:
    return {date(year, month, day): name for month, day, name in days}


def target(year: int) -> Days:
    """The closing days of the euro payment system."""
    sunday = easter(year)
    return fixed(year, (1, 1, "New Year's Day"), (5, 1, "Labour Day"), (12, 25, "Christmas Day"), (12, 26, "26 December")) | {
        sunday - timedelta(days=2): "Good Friday", sunday + timedelta(days=1): "Easter Monday",
    }  # fmt: skip


def ireland_bank(year: int) -> Days:
    """Irish public holidays, Good Friday, and the next open day for each that falls on a weekend."""
    public = library("IE")(year)
    closed = public | {easter(year) - timedelta(days=2): "Good Friday"}
    for day, name in sorted(public.items()):
        if day.weekday() >= 5:
            other = day
            while other.weekday() >= 5 or other in closed:
                other += timedelta(days=1)
            closed[other] = f"{name} (in lieu)"
    return closed


def us_federal(year: int, *, saturday_moves: bool = False) -> Days:
    """The federal holidays; on a Sunday the Monday after; on a Saturday the Friday before only for OPM."""
    named = fixed(
        year, (1, 1, "New Year's Day"), (7, 4, "Independence Day"), (11, 11, "Veterans Day"), (12, 25, "Christmas Day")
    )
    if year >= 2021:
        named |= fixed(year, (6, 19, "Juneteenth"))
    moved: Days = {}
    for day, name in named.items():
        if day.weekday() < 5:
            moved[day] = name
        elif day.weekday() == 6:
            moved[day + timedelta(days=1)] = f"{name} (observed)"
        elif saturday_moves:
            moved[day - timedelta(days=1)] = f"{name} (observed)"
    return moved | {
        weekday_of(year, 1, 0, 3): "Martin Luther King Jr. Day", weekday_of(year, 2, 0, 3): "Washington's Birthday",
        weekday_of(year, 5, 0, -1): "Memorial Day", weekday_of(year, 9, 0, 1): "Labor Day",
        weekday_of(year, 10, 0, 2): "Columbus Day", weekday_of(year, 11, 3, 4): "Thanksgiving",
    }  # fmt: skip


def us_opm(year: int) -> Days:
    return us_federal(year, saturday_moves=True)


def canada_interpretation(year: int) -> Days:
    """The holidays of the federal Interpretation Act, s.35; a Canada Day on a Sunday is kept the day after."""
    sunday, may_24 = easter(year), date(year, 5, 24)
    named = fixed(
        year, (1, 1, "New Year's Day"), (7, 1, "Canada Day"), (9, 30, "National Day for Truth and Reconciliation"),
        (11, 11, "Remembrance Day"), (12, 25, "Christmas Day"),
    ) | {
        sunday - timedelta(days=2): "Good Friday", sunday + timedelta(days=1): "Easter Monday",
        may_24 - timedelta(days=may_24.weekday()): "Victoria Day", weekday_of(year, 9, 0, 1): "Labour Day",
    }  # fmt: skip
    if date(year, 7, 1).weekday() == 6:
        named[date(year, 7, 2)] = named.pop(date(year, 7, 1))
    return named


def brazil_national(year: int) -> Days:
    named = fixed(
        year, (1, 1, "Confraternização Universal"), (4, 21, "Tiradentes"), (5, 1, "Dia do Trabalho"),
        (9, 7, "Independência"), (10, 12, "Nossa Senhora Aparecida"), (11, 2, "Finados"),
        (11, 15, "Proclamação da República"), (12, 25, "Natal"),
    ) | {easter(year) - timedelta(days=2): "Sexta-feira Santa"}  # fmt: skip
    return named | fixed(year, (11, 20, "Consciência Negra")) if year >= 2024 else named


def brazil_bank(year: int) -> Days:
    """The national holidays, Carnival Monday and Tuesday, Corpus Christi."""
    sunday = easter(year)
    return brazil_national(year) | {
        sunday - timedelta(days=48): "Carnaval", sunday - timedelta(days=47): "Carnaval",
        sunday + timedelta(days=60): "Corpus Christi",
    }  # fmt: skip


def india_bank(year: int) -> Days:
    """The three national holidays and the second and fourth Saturdays; regional days come with a request."""
    saturdays = {
        weekday_of(year, month, 5, number): f"{name} Saturday"
        for month in range(1, 13)
        for number, name in ((2, "Second"), (4, "Fourth"))
    }
    return saturdays | fixed(year, (1, 26, "Republic Day"), (8, 15, "Independence Day"), (10, 2, "Gandhi Jayanti"))


def mexico_cnbv(year: int) -> Days:
    """The days on which the banking commission lets banks close."""
    sunday = easter(year)
    return fixed(
        year, (1, 1, "Año Nuevo"), (5, 1, "Día del Trabajo"), (9, 16, "Día de la Independencia"),
        (11, 2, "Día de Muertos"), (12, 12, "Día del Empleado Bancario"), (12, 25, "Navidad"),
    ) | {
        weekday_of(year, 2, 0, 1): "Día de la Constitución", weekday_of(year, 3, 0, 3): "Natalicio de Benito Juárez",
        sunday - timedelta(days=3): "Jueves Santo", sunday - timedelta(days=2): "Viernes Santo",
        weekday_of(year, 11, 0, 3): "Día de la Revolución",
    }  # fmt: skip


CALENDARS: dict[str, tuple[str, Callable[[int], Days]]] = {
    "GB-ENG": ("sat sun", library("GB", "ENG")),
    "GB-SCT": ("sat sun", library("GB", "SCT")),
    "GB-NIR": ("sat sun", library("GB", "NIR")),
    "IE": ("sat sun", library("IE")),
    "IE-BANK": ("sat sun", ireland_bank),
    "DE": ("sat sun", library("DE")),
    "FR": ("sat sun", library("FR")),
    "ES": ("sat sun", library("ES")),
    "IT": ("sat sun", library("IT")),
    "TARGET": ("sat sun", target),
    "US-FED": ("sat sun", us_federal),
    "US-OPM": ("sat sun", us_opm),
    "AU-NSW": ("sat sun", library("AU", "NSW")),
    "CA-FED-INTERPRETATION": ("sun", canada_interpretation),
    "CA-BANKACT": ("sat sun", canada_interpretation),
    "BR-NATIONAL": ("sat sun", brazil_national),
    "BR-BANK": ("sat sun", brazil_bank),
    "IN-BANK": ("sun", india_bank),
    "SG": ("sat sun", library("SG")),
    "MX-CNBV": ("sat sun", mexico_cnbv),
    "OPEN-7": ("", lambda year: {}),
}


def generate() -> dict[str, object]:
    """Return every calendar as {"weekend": [...], "closed": {ISO date: name}}."""
    made: dict[str, object] = {}
    for key, (weekend, of_year) in CALENDARS.items():
        # A holiday may be moved over the turn of a year, so the neighbours are asked as well.
        days = {
            day: name
            for year in range(FIRST_YEAR - 1, LAST_YEAR + 2)
            for day, name in of_year(year).items()
            if FIRST_YEAR <= day.year <= LAST_YEAR
        }
        made[key] = {"weekend": weekend.split(), "closed": {day.isoformat(): days[day] for day in sorted(days)}}
    return made


if __name__ == "__main__":
    FILE.write_text(json.dumps(generate(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
