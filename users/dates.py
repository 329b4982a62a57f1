"""Dates and times as the reader's language writes them. Pure but for the language of the thread."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from django.utils import dateformat
from django.utils.translation import get_language

# How a language writes what English writes so. What is not named here is written as in English, in its own words.
WRITTEN = {
    "de": {
        "D j M Y": "D, j. N Y", "D j M Y, H:i": "D, j. N Y, H:i", "D j M": "D, j. N", "D j F": "D, j. F",
        "D j M, H:i": "D, j. N, H:i", "l j F": "l, j. F", "l j F Y": "l, j. F Y", "j F": "j. F", "j F Y": "j. F Y",
        "j F Y, H:i": "j. F Y, H:i", "j M": "j. N", "j M Y": "j. N Y", "j M Y, H:i": "j. N Y, H:i", "j M Y H:i": "j. N Y H:i",
    },
    "fr": {
        "D j M Y": "D j N Y", "D j M Y, H:i": "D j N Y, H:i", "D j M": "D j N", "D j M, H:i": "D j N, H:i",
        "j M": "j N", "j M Y": "j N Y", "j M Y, H:i": "j N Y, H:i", "j M Y H:i": "j N Y H:i",
    },
    "es": {"j F": r"j \d\e F", "j F Y": r"j \d\e F \d\e Y", "j F Y, H:i": r"j \d\e F \d\e Y, H:i",
           "l j F": r"l j \d\e F", "l j F Y": r"l j \d\e F \d\e Y", "D j F": r"D j \d\e F", "F Y": r"F \d\e Y"},
    "pt": {"j F": r"j \d\e F", "j F Y": r"j \d\e F \d\e Y", "j F Y, H:i": r"j \d\e F \d\e Y, H:i",
           "l j F": r"l, j \d\e F", "l j F Y": r"l, j \d\e F \d\e Y", "D j F": r"D, j \d\e F", "F Y": r"F \d\e Y"},
}  # fmt: skip
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
SHORT = [day[:3] for day in DAYS]
# A date as our own Python code writes it, such as Wed 25 Nov 2026, 17:30 or Wednesday 25 November.
SAID = re.compile(
    r"\b(?:(?P<day>{days}) )?(?P<number>\d{{1,2}}) (?P<month>{months})(?: (?P<year>\d{{4}}))?\b".format(
        days="|".join(day + "|" + day[:3] for day in DAYS), months="|".join(name + "|" + name[:3] for name in MONTHS)
    )
)
MONTH_ALONE = re.compile(r"\b({}) (\d{{4}})\b".format("|".join(MONTHS)))
# A leap year, for dates without one; no day of the week is ever worked out from it.
SOME_YEAR = 2024


def written(value: date | datetime | time, pattern: str) -> str:
    """Return a date in the reader's language, by Django's date letters in the order English has them."""
    pattern = WRITTEN.get((get_language() or "en").split("-")[0], {}).get(pattern, pattern)
    return dateformat.time_format(value, pattern) if isinstance(value, time) else dateformat.format(value, pattern)


def said_again(sentence: str) -> str:
    """Return a sentence with the dates our code wrote into it as the reader's language writes them."""
    if sentence in SHORT:
        return written(date(SOME_YEAR, 1, 1 + SHORT.index(sentence)), "D")
    sentence = SAID.sub(_again, sentence)
    return MONTH_ALONE.sub(lambda found: written(date(int(found[2]), MONTHS.index(found[1]) + 1, 1), "F Y"), sentence)


def _again(found: re.Match[str]) -> str:
    name = found["month"]
    month = next(number for number, whole in enumerate(MONTHS, 1) if whole.startswith(name))
    try:
        on = date(int(found["year"] or SOME_YEAR), month, int(found["number"]))
    except ValueError:
        return found[0]
    pattern = f"j {'M' if len(name) == 3 and name != 'May' else 'F'}{' Y' if found['year'] else ''}"
    said = written(on, pattern)
    if not found["day"]:
        return said
    weekday = next(number for number, whole in enumerate(DAYS) if whole.startswith(found["day"]))
    # 1 January 2024 was a Monday.
    day = written(date(SOME_YEAR, 1, 1 + weekday), "D" if len(found["day"]) == 3 else "l")
    comma = "," if WRITTEN.get((get_language() or "en").split("-")[0], {}).get("l j F", "").startswith("l,") else ""
    return f"{day}{comma} {said}"
