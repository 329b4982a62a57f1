"""Which version of a rule governs which days: what a new version closes, where two overlap, where none governs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from regulations.engine.facts import as_date
from regulations.engine.model import EngineError

DAY = timedelta(days=1)


class Overlap(EngineError):
    """Two versions of one rule would govern the same days; `key` is the word of the newer one that says so."""

    def __init__(self, words: str, key: str) -> None:
        super().__init__(words)
        self.key = key


@dataclass(frozen=True, slots=True)
class Period:
    """The days a version governs by its own words, both included, and the newest version it closes (-1: none)."""

    version: int
    first: date
    last: date
    supersedes: int = -1

    def closed_by(self, newer: Iterable[Period]) -> Period:
        """Return what newer versions leave of it: one that supersedes it ends it the day before its own first day."""
        starts = [one.first for one in newer if one.supersedes >= self.version]
        if not starts or min(starts) > self.last:
            return self
        # Nothing lies before the first day there is: a version closed from then on governs no day at all.
        ended = min(starts) - DAY if min(starts) > date.min else date.min
        return Period(self.version, self.first, ended, self.supersedes)


def period(written: Mapping[str, object]) -> Period:
    """Return the days a rule's words govern; raise EngineError when a date or a number is none."""
    first, last = (as_date(written[key], key) if key in written else None for key in ("effective_from", "effective_to"))
    version, supersedes = (written.get(key, -1) for key in ("version", "supersedes"))
    if not isinstance(version, int) or not isinstance(supersedes, int):
        raise EngineError("version and supersedes must be numbers from 1")
    return Period(version, first or date.min, last or date.max, supersedes)


def refuse_overlap(new: Mapping[str, object], known: Iterable[Mapping[str, object]]) -> None:
    """Raise Overlap when an earlier version governs days of the new one, and the new one does not say it closes it."""
    asked, earlier = period(new), [period(one) for one in known]
    for one in earlier:
        left = one.closed_by(other for other in earlier if other.version > one.version)
        if one.version >= asked.version or asked.supersedes >= one.version:
            continue
        start, end = max(left.first, asked.first), min(left.last, asked.last)
        if start <= end:
            key = next((key for key in ("effective_from", "effective_to") if key in new), "id")
            raise Overlap(
                f"Version {one.version} is in force on the same days, {_days(start, end)}. Write supersedes ="
                f" {one.version} to close it where the new words begin, or choose other days.",
                key,
            )


def governed(written: Iterable[Mapping[str, object]]) -> list[Period]:
    """Return what every version of one rule is left with, in order of days; versions that govern none are left out."""
    told = sorted((period(one) for one in written), key=lambda one: one.version)
    left = [one.closed_by(told[place + 1 :]) for place, one in enumerate(told)]
    # One that is closed from the first day there is governs none.
    return sorted((one for one in left if one.first <= one.last > date.min), key=lambda one: (one.first, one.version))


def gaps(periods: Sequence[Period]) -> list[str]:
    """Say in words on which days between two versions, or after all of them, no version is in force."""
    said = []
    reached, last = date.min, 0
    for one in periods:
        if last and one.first > reached + DAY:
            said.append(
                f"From {_day(reached + DAY)} until {_day(one.first - DAY)} no version of this rule is in force."
            )
        if one.last > reached or not last:
            reached, last = one.last, one.version
        if reached == date.max:
            return said
    return [*said, f"From {_day(reached + DAY)} on no version of this rule is in force."] if last else said


def _days(start: date, end: date) -> str:
    told = [f"from {_day(start)}" if start > date.min else "", f"until {_day(end)}" if end < date.max else ""]
    return " ".join(one for one in told if one) or "always"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} %d" % day.year
