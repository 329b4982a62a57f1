"""When a rule or an obligation applies: conditions as a pack writes them, compiled once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from regulations.engine.case import EVENTS, Case
from regulations.engine.facts import ASKABLE, CLASSES, COMPLAINANTS, PAYMENTS, VALUES, as_date, as_number
from regulations.engine.model import EngineError

# The fact behind a condition that does not name one.
LOOKED_AT = {
    "new_account": "account_first_deposit_on", "extension_left": "month_demands", "complainant": "complainant",
    "eligible": "complainant",
}  # fmt: skip
PLACE = re.compile(r"EEA|-?[A-Z]{2}")
# Asked of a case and of the date that chooses the rule version.
Condition = Callable[[Case, date], bool]
Runs = Callable[[str, Case, date], bool]
EEA = frozenset({
    "AT", "BE", "BG", "HR", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HU", "IE", "IS", "IT", "LI",
    "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip


def jurisdictions(names: object) -> frozenset[str]:
    """Return the countries a pack names; EEA is all its states, "-IE" takes one out."""
    found: set[str] = set()
    for name in words(names, "jurisdiction"):
        if not PLACE.fullmatch(name):
            raise EngineError(f"jurisdiction: {name} is no country's two letters, and not EEA")
        if name == "EEA":
            found |= EEA
        elif name.startswith("-"):
            found.discard(name[1:])
        else:
            found.add(name)
    return frozenset(found)


def compiled(written: object, runs: Runs) -> Condition:
    """Return one question that asks all of these; raise EngineError on a word no pack may use."""
    if not isinstance(written, Mapping):
        raise EngineError("A condition is a table of words and values.")
    asked = [_one(key, value, runs) for key, value in written.items() if key != "jurisdiction"]
    if not asked:
        return lambda case, on: True
    if len(asked) == 1:
        return asked[0]

    def every(case: Case, on: date) -> bool:
        # A loop: this is asked for every rule of every case, and all() with a generator costs twice as much.
        for question in asked:  # noqa: SIM110
            if not question(case, on):
                return False
        return True

    return every


def _one(key: str, value: object, runs: Runs) -> Condition:
    if key in MAKERS:
        return MAKERS[key](value)
    if key == "rule_any":
        names = words(value, key)
        return lambda case, on: any(runs(name, case, on) for name in names)
    if key == "any" and isinstance(value, list):
        choices = [compiled(one, runs) for one in value]
        return lambda case, on: any(choice(case, on) for choice in choices)
    if key == "not":
        inner = compiled(value, runs)
        return lambda case, on: not inner(case, on)
    raise EngineError(f"{key} is no condition a pack may use")


def facts_in(written: object) -> set[str]:
    """Return the facts of the case that a condition looks at, by name; those that every case has are left out."""
    if isinstance(written, list):
        return set().union(*(facts_in(one) for one in written))
    if not isinstance(written, Mapping):
        return set()
    found = {LOOKED_AT[key] for key in written if key in LOOKED_AT}
    for key, value in written.items():
        if key in {"fact", "at_least"}:
            found |= set(value)
        elif key in {"any", "not"}:
            found |= facts_in(value)
    return found


def words(value: object, key: str) -> tuple[str, ...]:
    """Read a list of words."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise EngineError(f"{key} must be a list of words")
    return tuple(value)


def _known(value: object, key: str, known: frozenset[str]) -> frozenset[str]:
    """Read a list of words, each of which must be one of the law's own."""
    for word in words(value, key):
        if word not in known:
            raise EngineError(f"{key}: {word} is no word the law knows")
    return frozenset(words(value, key))


def _table(value: object, key: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise EngineError(f"{key} must be a table")
    return value


def _truth(value: object, key: str) -> bool:
    if not isinstance(value, bool):
        raise EngineError(f"{key} must be true or false")
    return value


def _class_any(value: object) -> Condition:
    wanted = _known(value, "class_any", CLASSES)
    return lambda case, on: not wanted.isdisjoint(case.facts.classes)


def _class_none(value: object) -> Condition:
    unwanted = _known(value, "class_none", CLASSES)
    return lambda case, on: unwanted.isdisjoint(case.facts.classes)


def _class_beyond(value: object) -> Condition:
    known = _known(value, "class_beyond", CLASSES)
    return lambda case, on: bool(case.facts.classes - known)


def _payments(value: object) -> Condition:
    wanted = _truth(value, "payments")
    return lambda case, on: bool(PAYMENTS & case.facts.classes) is wanted


def _eligible(value: object) -> Condition:
    wanted = _truth(value, "eligible")
    return lambda case, on: case.facts.eligible is wanted


def _complainant(value: object) -> Condition:
    wanted = _known(value, "complainant", COMPLAINANTS)
    return lambda case, on: case.facts.complainant in wanted


def _from(value: object) -> Condition:
    first = as_date(value, "from")
    return lambda case, on: on >= first


def _until(value: object) -> Condition:
    last = as_date(value, "until")
    return lambda case, on: on <= last


def _fact(value: object) -> Condition:
    """Ask for facts by value; a list gives several. A yes-or-no fact that nobody told is no."""
    wanted: list[tuple[str, list[object]]] = []
    for key, one in _table(value, "fact").items():
        if key not in ASKABLE:
            raise EngineError(f"{key} is no fact the law knows")
        ones = one if isinstance(one, list) else [one]
        if key in VALUES:
            _known(ones, key, VALUES[key])
        wanted.append((key, ones))
    return lambda case, on: all((case.facts.get(key) or False) in ones for key, ones in wanted)


def _at_least(value: object) -> Condition:
    wanted = [(key, as_number(one, key)) for key, one in _table(value, "at_least").items()]
    for key, _ in wanted:
        if key not in ASKABLE:
            raise EngineError(f"{key} is no fact the law knows")
    return lambda case, on: all(case.facts.number(key) >= one for key, one in wanted)


def _new_account(value: object) -> Condition:
    wanted = _truth(value, "new_account")
    return lambda case, on: case.is_new_account() is wanted


def _extension_left(value: object) -> Condition:
    """Ask whether the month's quota, one in ten demands, allows another extension; no number of demands, no quota."""
    wanted = _truth(value, "extension_left")

    def left(case: Case, on: date) -> bool:
        if case.facts.get("month_demands") is None:
            return wanted
        allowed = case.facts.number("month_demands") // 10
        return (case.facts.number("month_extensions_used") + 1 <= allowed) is wanted

    return left


def _event_before(value: object) -> Condition:
    """Ask whether an event happened before a date; false when it has not happened."""
    wanted: list[tuple[str, date]] = []
    for kind, day in _table(value, "event_before").items():
        if kind not in EVENTS:
            raise EngineError(f"{kind} is no event the law knows")
        wanted.append((kind, as_date(day, kind)))
    return lambda case, on: all((found := case.all(kind)) != [] and found[0][0] < day for kind, day in wanted)


MAKERS: dict[str, Callable[[object], Condition]] = {
    "class_any": _class_any, "class_none": _class_none, "class_beyond": _class_beyond, "payments": _payments,
    "eligible": _eligible, "complainant": _complainant, "from": _from, "until": _until, "fact": _fact,
    "at_least": _at_least, "new_account": _new_account, "extension_left": _extension_left,
    "event_before": _event_before,
}  # fmt: skip
