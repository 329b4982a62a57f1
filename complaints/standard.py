"""The fields of a standard text: what they stand for in a case, and what becomes of one that is not known. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from complaints.errors import Refused

FIELDS = {
    "customer": "the customer's name",
    "reference": "our reference",
    "subject": "what the complaint is about",
    "received_on": "the day it was received",
    "final_response_due": "the day the final response is due",
    "respondent": "the name of the firm",
    "writer": "the name of who writes",
}
PLACE = re.compile(r"\{([^{}\n]{0,60})\}")
# Exactly what we put in or somebody left in: other brackets are the writer's own.
UNREADY = re.compile(
    "|".join([rf"\{{{name}\}}" for name in FIELDS] + [re.escape(f"[[{said}]]") for said in FIELDS.values()])
)


@dataclass(frozen=True, slots=True)
class Filled:
    """The words with all that is known, and in words what is not; each gap is marked in the text as [[…]]."""

    text: str
    missing: tuple[str, ...]


def fill(text: str, known: Mapping[str, str]) -> Filled:
    """Put what is known into the places of a text, in one go: what a customer wrote is never filled again."""
    asked = dict.fromkeys(PLACE.findall(text))
    missing = tuple(FIELDS.get(name, name) for name in asked if not known.get(name))
    return Filled(
        PLACE.sub(lambda place: known.get(place[1]) or f"[[{FIELDS.get(place[1], place[1])}]]", text), missing
    )


def check(text: str) -> None:
    """Refuse a text that asks for a field there is not."""
    if strange := [f"{{{name}}}" for name in dict.fromkeys(PLACE.findall(text)) if name not in FIELDS]:
        there = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise Refused(f"There is no field {', '.join(strange)}. You can use {there}.")


def ready(text: str) -> str:
    """Return the words as they are; refuse them while a gap of a standard text is still in them."""
    if left := list(dict.fromkeys(UNREADY.findall(text))):
        raise Refused(f"Write what belongs in place of {', '.join(left)} first.")
    return text
