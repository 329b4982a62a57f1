"""Two people at one form: what the other changed meanwhile, field by field, and whose words stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

WAS, TAKE = "was-", "take-"
Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as two people know it: its name and label, and what stands there now. `names` gives values in words."""

    name: str
    label: str
    now: Values
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that somebody else changed: what it was when the form was opened, what stands now, what was typed."""

    name: str
    label: str
    was: str
    theirs: str
    mine: str
    # True when both changed it and not to the same: one of the two has to be chosen.
    conflict: bool


def take_over(posted: QueryDict, asked: Iterable[Asked]) -> tuple[QueryDict, list[Difference]]:
    """Return the form with what the other changed and this person did not, and every field the other changed.

    What both changed keeps this person's value until they choose otherwise.
    """
    merged, found = posted.copy(), []
    for field in asked:
        if WAS + field.name not in posted:
            continue
        was, mine = _values(posted, WAS + field.name), _values(posted, field.name)
        if field.now != was:
            conflict = mine not in (was, field.now)
            if mine == was:
                merged.setlist(field.name, list(field.now))
            found.append(
                Difference(
                    field.name, field.label, _words(was, field), _words(field.now, field), _words(mine, field), conflict
                )
            )
        merged.setlist(WAS + field.name, list(field.now) or [""])
    return merged, found


def choose(posted: QueryDict) -> QueryDict:
    """Return the form with the other's value wherever this person chose to take it."""
    chosen = posted.copy()
    for key, value in posted.items():
        name = key.removeprefix(TAKE)
        if key != name and value == "theirs" and WAS + name in posted:
            chosen.setlist(name, list(_values(posted, WAS + name)))
    return chosen


def _values(posted: QueryDict, name: str) -> Values:
    """Return the values of a field in one order; a box that is not ticked, and nothing chosen, are none."""
    return values_of(posted.getlist(name))


def values_of(given: Iterable[object]) -> Values:
    """Return values as a form sends them, in one order, the empty ones left out; a ticked box is True."""
    said = ("True" if one == "on" else str(one).replace("\r\n", "\n") for one in given)
    return tuple(sorted(one for one in said if one not in {"", "None", "False"}))


def _words(values: Values, field: Asked) -> str:
    return ", ".join(field.names.get(value, value) for value in values) or "nothing"
