"""Reads the worked examples of tests/golden: tables that a compliance officer can read, correct and sign.

One line is one expectation. `facts` reads "complainant=consumer; complaint_class=payment_services+e_money", `events`
reads "received 2026-06-01T10:15:00+01:00; final_response_sent 2026-06-09 compliant=no". `calendar` is empty, a key,
"GB-ENG or GB-SCT", "GB-ENG closed 2026-07-10", "GB-ENG open 2022-09-19", or "weekend sun closed 2026-10-02 ...".
`due_on` is a date, "promptly" where the law has no number, or "none" where the duty does not start.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from regulations.calendars.shipped import load_calendars
from regulations.engine import Clock, Event, evaluate
from regulations.rulebooks.shipped import load_book

FOLDER = Path(__file__).resolve().parents[1] / "golden"
COLUMNS = (
    "case", "jurisdiction", "zone", "facts", "events", "calendar", "rule", "obligation", "due_on", "due_at",
    "latest_lawful_on", "why", "source",
)  # fmt: skip
LISTS = frozenset({"complaint_class", "other_zones"})
WORDS: Mapping[str, object] = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Example:
    """One line of a table: a question and one row of the answer."""

    place: str
    told: Mapping[str, str]

    def answer(self) -> list[Clock]:
        """Return what the engine says."""
        return list(clocks(*(self.told[key] for key in ("jurisdiction", "zone", "facts", "events", "calendar"))))

    def unmet(self, answer: list[Clock]) -> str:
        """Return where the answer differs from the table, "" where it does not."""
        rule, obligation, due = self.told["rule"], self.told["obligation"], self.told["due_on"]
        found = [one for one in answer if one.rule == rule and obligation in ("", one.obligation)]
        if due == "none":
            return f"{rule}/{obligation} must not start, and is due on {found[0].due_on}" if found else ""
        if len(found) != 1:
            return f"{rule}/{obligation}: {len(found)} answers, want one"
        clock = found[0]
        got = {
            "due_on": clock.due_on.isoformat() if clock.due_on else "promptly",
            "due_at": clock.due_at.isoformat() if clock.due_at else "",
            "latest_lawful_on": clock.latest_lawful_on.isoformat() if clock.latest_lawful_on else "",
        }
        wrong = [f"{key} {one!r}, want {self.told[key]!r}" for key, one in got.items() if one != self.told[key]]
        return f"{rule}/{obligation}: {'; '.join(wrong)}" if wrong else ""


def examples() -> Iterator[Example]:
    """Yield every line of every table."""
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for place, told in enumerate(csv.DictReader(file), 2):
                yield Example(f"{path.stem}:{place}:{told['case']}:{told['obligation'] or 'any'}", told)


def clocks(jurisdiction: str, zone: str, facts: str, events: str, calendar: str) -> list[Clock]:
    """Return the clocks of one question as a table writes it."""
    told: dict[str, object] = {"jurisdiction": jurisdiction, "zone": zone}
    told |= dict(fact(words) for words in facts.split("; ") if words)
    happened = [event(words) for words in events.split("; ")]
    return evaluate(load_book(), told, happened, load_calendars(), calendar=calendar_of(calendar))


def fact(words: str) -> tuple[str, object]:
    """Read one fact."""
    key, value = words.split("=")
    if key == "business_size":
        sizes = (one.split(" ") for one in value.split("+"))
        return key, {name: WORDS.get(size, size if size in WORDS else number(size)) for name, size in sizes}
    if key in LISTS:
        return key, value.split("+")
    return key, WORDS.get(value, number(value))


def number(text: str) -> object:
    return int(text) if text.isdecimal() else text


def event(words: str) -> Event:
    """Read one event, its moment and what it says."""
    kind, at, *rest = words.split(" ")
    attrs = {key: WORDS.get(value, value) for key, value in (one.split("=") for one in rest)}
    return Event(kind, date.fromisoformat(at) if len(at) == 10 else datetime.fromisoformat(at), attrs)


@cache
def calendar_of(words: str) -> object:
    """Read which calendar the example counts with; None where the law's own applies."""
    if " or " in words:
        return [calendar_of(one) for one in words.split(" or ")]
    if not words or " " not in words:
        return words or None
    first, *rest = words.split(" ")
    if first == "weekend":
        cut = rest.index("closed")
        return {"weekend": rest[:cut], "closed": rest[cut + 1 :]}
    return {"base": first, {"closed": "add_closed", "open": "reopen"}[rest[0]]: rest[1:]}
