"""P5: one business-day limit beside numpy, pandas, workalendar and holidays; one complaint's clocks; a million clocks."""

from __future__ import annotations

import multiprocessing
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import cast

import holidays
import numpy
import pandas
from workalendar.europe import UnitedKingdom

from benchmarks._house import Figures, tell
from regulations.calendars.shipped import load_calendars
from regulations.engine import Event, Remembered, evaluate
from regulations.engine.calendars import Calendar
from regulations.rulebooks.shipped import load_book

COUNT = 15
ROUNDS = 5
CLOCKS = 100_000
# Complaints of the open book: they have a million clocks.
BOOK = 210_000
DATES = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
Add = Callable[[date], date]
CASES: dict[str, tuple[dict[str, object], tuple[str, ...]]] = {
    "gb_payments": (
        {"jurisdiction": "GB", "zone": "Europe/London", "complainant": "consumer", "complaint_class": ["payment_services"]},
        ("received", "holding_response_sent"),
    ),
    "ie_payments": (
        {"jurisdiction": "IE", "zone": "Europe/Dublin", "complainant": "consumer", "complaint_class": ["e_money"]},
        ("received",),
    ),
    "au_standard": ({"jurisdiction": "AU", "zone": "Australia/Sydney", "complaint_class": ["other"]}, ("received",)),
    "us_portal": (
        {"jurisdiction": "US", "zone": "America/New_York", "complaint_class": ["other"]}, ("sent_to_company",)
    ),
}  # fmt: skip


def main() -> Figures:
    """Prove the arithmetic on every date, then measure it beside the others, then whole complaints."""
    calendars = load_calendars()
    checked = prove(calendars)
    ours = calendars["GB-ENG"]
    ways = adders(ours)
    figures: Figures = {"dates_proved": checked, **disagreeing(ways)}
    nanoseconds = side_by_side(ways)
    for name, took in nanoseconds.items():
        figures[f"{name}_ns"] = round(statistics.median(took))
        figures[f"{name}_spread_ns"] = f"{min(took):.0f} to {max(took):.0f}"
    mine = statistics.median(nanoseconds["redress"])
    for name, took in nanoseconds.items():
        if name != "redress":
            figures[f"{name}_times_slower"] = round(statistics.median(took) / mine, 1)
    figures |= distances(ours)
    figures |= {f"evaluate_{name}_us": round(microseconds(name), 1) for name in CASES}
    return {
        **figures,
        **rederived(),
        **open_book(),
        "goal": "400 ns, the same at any distance; 1 M clocks in 2 s of computing",
    }


def prove(calendars: dict[str, Calendar]) -> int:
    """Count day by day on every date of every calendar; return how many, or stop: a wrong limit has no speed."""
    checked = 0
    for calendar in calendars.values():
        day = calendar.first
        while day < calendar.last - timedelta(days=60):
            if calendar.add(day, COUNT) != by_hand(calendar, day):
                raise SystemExit(f"{calendar.key}: {COUNT} business days after {day} is wrong.")
            checked, day = checked + 1, day + timedelta(days=1)
    return checked


def by_hand(calendar: Calendar, day: date) -> date:
    left = COUNT
    while left:
        day += timedelta(days=1)
        left -= day.weekday() not in calendar.weekend and day not in calendar.closed
    return day


def adders(ours: Calendar) -> dict[str, Add]:
    """Return each library's way to the 15th business day, given the same holidays where it takes them."""
    closed = sorted(ours.closed)
    week = numpy.busdaycalendar(holidays=closed)
    step = pandas.offsets.CustomBusinessDay(n=COUNT, holidays=closed)
    known = holidays.country_holidays("GB", subdiv="ENG", years=range(2025, 2029))
    theirs = UnitedKingdom()

    def with_numpy(day: date) -> date:
        found = numpy.busday_offset(day, COUNT, roll="backward", busdaycal=week)
        return cast(date, found.item())

    return {
        "redress": lambda day: ours.add(day, COUNT),
        "numpy": with_numpy,
        "pandas": lambda day: (pandas.Timestamp(day) + step).date(),
        "workalendar": lambda day: theirs.add_working_days(day, COUNT),
        "holidays": lambda day: known.get_nth_working_day(day, COUNT),
    }


def disagreeing(ways: dict[str, Add]) -> Figures:
    """Return on how many dates of the year each library gives another day than counting by hand."""
    right = [by_hand(load_calendars()["GB-ENG"], day) for day in DATES]
    return {
        f"{name}_other_dates": sum(way(day) != one for day, one in zip(DATES, right, strict=True))
        for name, way in ways.items()
    }


def side_by_side(ways: dict[str, Add]) -> dict[str, list[float]]:
    """Time each in turn, several rounds, so that a busy moment of the machine meets all of them."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            took[name].append(nanoseconds_of(way))
    return took


def nanoseconds_of(way: Add) -> float:
    """Return the nanoseconds of one call; the best of five runs over the year, which no neighbour interrupted."""
    runs = []
    for _ in range(5):
        began = time.perf_counter_ns()
        for day in DATES:
            way(day)
        runs.append((time.perf_counter_ns() - began) / len(DATES))
    return min(runs)


def distances(ours: Calendar) -> Figures:
    """Return the nanoseconds at one business day and at a thousand."""
    near, far = (nanoseconds_of(partial(_add, ours, count)) for count in (1, 1_000))
    return {"redress_1_day_ns": round(near), "redress_1000_days_ns": round(far)}


def _add(calendar: Calendar, count: int, day: date) -> date:
    return calendar.add(day, count)


def a_case(name: str, number: int) -> tuple[dict[str, object], list[Event]]:
    """Return the number-th complaint of a kind; no two of a kind have the same instants."""
    facts, kinds = CASES[name]
    at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=17 * number)
    return facts, [Event(kind, at + timedelta(days=9 * place)) for place, kind in enumerate(kinds)]


def microseconds(name: str) -> float:
    """Return the microseconds of one complaint's clocks: the best of 40 runs of 50 complaints."""
    book, calendars = load_book(), load_calendars()
    asked = [a_case(name, number) for number in range(50)]
    runs = []
    for _ in range(40):
        began = time.perf_counter_ns()
        for facts, events in asked:
            evaluate(book, facts, events, calendars)
        runs.append((time.perf_counter_ns() - began) / 1_000 / len(asked))
    return min(runs)


def rederived() -> Figures:
    """Derive 100,000 clocks of a mixed book, alone and on every core, and say what a million takes at that pace.

    On a busy machine the seconds of the processor say what the work costs, and those on the wall what it took.
    """
    wanted = range(CLOCKS // (len(CASES) * 3))
    began, busy = time.perf_counter(), time.process_time()
    clocks = derive(wanted)
    alone, busy = time.perf_counter() - began, time.process_time() - busy
    cores = multiprocessing.cpu_count()
    with multiprocessing.get_context("fork").Pool(cores) as pool:
        pool.map(derive, [range(10)] * cores)
        began = time.perf_counter()
        together = sum(pool.map(derive, [wanted[place::cores] for place in range(cores)], chunksize=1))
        shared = time.perf_counter() - began
    if together != clocks:
        raise SystemExit(f"{together} clocks were derived on all cores, {clocks} on one.")
    return {
        "clocks_derived": clocks,
        "million_clocks_cpu_s": round(1_000_000 * busy / clocks, 1),
        "million_clocks_s_one_core": round(1_000_000 * alone / clocks, 1),
        "million_clocks_s_all_cores": round(1_000_000 * shared / clocks, 1),
    }


def derive(numbers: Sequence[int]) -> int:
    """Derive the clocks of these complaints of every kind; return how many clocks."""
    book, calendars = load_book(), load_calendars()
    return sum(
        len(evaluate(book, facts, events, calendars))
        for number in numbers
        for facts, events in (a_case(name, number) for name in CASES)
    )


def open_book() -> Figures:
    """Derive the clocks of a book of open complaints of eight weeks, each at its own instant, and remember answers.

    This is what re-deriving after a change of law is: many complaints, few questions. Every hundredth answer is compared.
    """
    book, calendars = load_book(), load_calendars()
    chosen, first = random.Random(7), datetime(2026, 9, 28, tzinfo=UTC)  # noqa: S311
    asked = []
    for _ in range(BOOK):
        facts, kinds = CASES[chosen.choice(list(CASES))]
        at = first + timedelta(seconds=chosen.randrange(56 * 86_400))
        events = [Event(kinds[0], at), Event("acknowledged", at + timedelta(hours=chosen.randrange(72)))]
        asked.append((facts, events))
    memory = Remembered(book, calendars)
    began = time.process_time()
    clocks = sum(len(memory.evaluate(facts, events)) for facts, events in asked)
    took = time.process_time() - began
    again = time.process_time()
    asked_again = sum(len(memory.evaluate(facts, events)) for facts, events in asked)
    again = time.process_time() - again
    if asked_again != clocks or any(memory.evaluate(*one) != evaluate(book, *one, calendars) for one in asked[::100]):
        raise SystemExit("An answer from memory is not the law's.")
    return {
        "open_book_clocks": clocks, "open_book_complaints": len(asked), "open_book_questions": len(memory.answers),
        "million_clocks_remembered_cpu_s": round(1_000_000 * took / clocks, 2),
        "million_clocks_asked_again_cpu_s": round(1_000_000 * again / clocks, 2),
    }  # fmt: skip


if __name__ == "__main__":
    tell(main)
