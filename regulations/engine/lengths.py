"""How a limit is written in a pack, and how it is counted (vocabulary, section 2)."""

from __future__ import annotations

import calendar as months
import re
from dataclasses import dataclass
from datetime import date, timedelta

from regulations.engine.calendars import Calendar
from regulations.engine.model import EngineError

WRITTEN = re.compile(r"(\d{1,4})(bd|bh|min|d|w|m|y|h)( incl)?(?: then (\d{1,4})d)?(?: roll(?:\(([A-Z0-9-]+)\))?)?")
NAMES = {
    "bd": "business day", "bh": "working hour", "d": "day", "w": "week", "m": "month", "y": "year", "h": "hour", "min": "minute",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Length:
    """A number of units. `incl`: the trigger's date is day 1. `then`: calendar days added at the end.

    `roll` names the calendar by which a limit on a closed day moves to the next open one.
    """

    number: int
    unit: str
    incl: bool = False
    roll: str = ""
    then: int = 0

    @property
    def words(self) -> str:
        name = f"{self.number} {NAMES[self.unit]}{'' if self.number == 1 else 's'}"
        return f"{name} and {self.then} days" if self.then else name

    @property
    def elapses(self) -> bool:
        """True for hours and minutes, which count elapsed time; working hours only while the calendar is open."""
        return self.unit in {"h", "min", "bh"}

    def end(self, start: date, calendar: Calendar, *, keeps: bool = False) -> date:
        """Return the last date of the limit, not rolled. `keeps`: a missing day of the month is the 1st of the next."""
        return self._end(start, calendar, keeps=keeps) + timedelta(days=self.then)

    def _end(self, start: date, calendar: Calendar, *, keeps: bool) -> date:
        number = self.number
        if self.unit == "bd":
            if self.incl and calendar.is_open(start):
                return start if number == 1 else calendar.add(start, number - 1)
            return calendar.add(start, number)
        if self.unit in {"d", "w"}:
            return start + timedelta(days=number * (7 if self.unit == "w" else 1) - self.incl)
        if self.unit in {"m", "y"}:
            return add_months(start, number * (12 if self.unit == "y" else 1), keeps=keeps)
        raise EngineError(f"A limit in {NAMES[self.unit]}s has no date of its own.")


def add_months(start: date, count: int, *, keeps: bool = False) -> date:
    """Return the same day so many months on; a missing day is the month's last, or the 1st of the next when keeping."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    if start.day <= last:
        return date(year, month + 1, start.day)
    end = date(year, month + 1, last)
    return end + timedelta(days=1) if keeps else end


def written(text: object) -> Length:
    """Read a limit such as "15bd", "8w", "30d incl", "1y then 30d", "30d roll" or "60d roll(CA-BANKACT)"."""
    found = WRITTEN.fullmatch(text) if isinstance(text, str) else None
    if not found or not int(found[1]):
        raise EngineError(f"{text!r} is not a length. Write for example 15bd, 8w, 30d incl or 30d roll.")
    number, unit, incl, then, calendar = found.groups()
    roll = (calendar or "REG") if " roll" in found[0] else ""
    return Length(int(number), unit, bool(incl), roll, int(then or 0))
