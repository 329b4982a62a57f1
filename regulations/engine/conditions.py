"""When a rule or an obligation applies: conditions as a pack writes them, compiled once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from regulations.engine.case import PAYMENTS, Case, as_date
from regulations.engine.model import EngineError

Condition = Callable[[Case, date | None], bool]
Runs = Callable[[str, Case, date | None], bool]
EEA = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)


def jurisdictions(names: object) -> frozenset[str]:
    """Return the countries a pack names; EEA is all its states, "-IE" takes one out."""
    if not isinstance(names, list):
        raise EngineError("jurisdiction must be a list.")
    found: set[str] = set()
    for name in names:
        if name == "EEA":
            found |= EEA
        elif str(name).startswith("-"):
            found.discard(str(name)[1:])
        else:
            found.add(str(name))
    return frozenset(found)


def compiled(written: Mapping[str, object], runs: Runs) -> Condition:
    """Return one question that asks all of these; raise EngineError on a word no pack may use."""
    asked = [_one(key, value, runs) for key, value in written.items() if key != "jurisdiction"]
    if not asked:
        return lambda case, on: True
    if len(asked) == 1:
        return asked[0]
    return lambda case, on: all(question(case, on) for question in asked)


def _one(key: str, value: object, runs: Runs) -> Condition:
    if key in MAKERS:
        return MAKERS[key](value)
    if key == "rule_any":
        names = _strings(value, key)
        return lambda case, on: any(runs(name, case, on) for name in names)
    if key == "any" and isinstance(value, list):
        choices = [compiled(one, runs) for one in value]
        return lambda case, on: any(choice(case, on) for choice in choices)
    if key == "not" and isinstance(value, Mapping):
        inner = compiled(value, runs)
        return lambda case, on: not inner(case, on)
    raise EngineError(f"{key} is no condition.")


def _strings(value: object, key: str) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise EngineError(f"{key} must be a list of words.")
    return frozenset(value)


def _class_any(value: object) -> Condition:
    wanted = _strings(value, "class_any")
    return lambda case, on: bool(wanted & case.facts.classes)


def _class_none(value: object) -> Condition:
    unwanted = _strings(value, "class_none")
    return lambda case, on: not unwanted & case.facts.classes


def _class_beyond(value: object) -> Condition:
    known = _strings(value, "class_beyond")
    return lambda case, on: bool(case.facts.classes - known)


def _payments(value: object) -> Condition:
    return lambda case, on: bool(PAYMENTS & case.facts.classes) is value


def _eligible(value: object) -> Condition:
    return lambda case, on: case.facts.eligible is value


def _complainant(value: object) -> Condition:
    wanted = _strings(value, "complainant")
    return lambda case, on: case.facts.complainant in wanted


def _from(value: object) -> Condition:
    first = as_date(value, "from")
    return lambda case, on: on is not None and on >= first


def _until(value: object) -> Condition:
    last = as_date(value, "until")
    return lambda case, on: on is not None and on <= last


def _fact(value: object) -> Condition:
    if not isinstance(value, Mapping):
        raise EngineError("fact must name facts and their values.")
    wanted = {key: one if isinstance(one, list) else [one] for key, one in value.items()}
    return lambda case, on: all(
        (case.facts.get(key) or False if ones in ([True], [False]) else case.facts.get(key)) in ones
        for key, ones in wanted.items()
    )


def _at_least(value: object) -> Condition:
    if not isinstance(value, Mapping):
        raise EngineError("at_least must name facts and their numbers.")
    return lambda case, on: all(int(str(case.facts.get(key) or 0)) >= int(str(one)) for key, one in value.items())


def _new_account(value: object) -> Condition:
    return lambda case, on: case.facts.is_new_account(case) is value


def _has_event(value: object) -> Condition:
    wanted = _strings(value, "has_event")
    return lambda case, on: any(kind in case.happened.by_type for kind in wanted)


MAKERS: dict[str, Callable[[object], Condition]] = {
    "class_any": _class_any, "class_none": _class_none, "class_beyond": _class_beyond, "payments": _payments,
    "eligible": _eligible, "complainant": _complainant, "from": _from, "until": _until, "fact": _fact,
    "at_least": _at_least, "new_account": _new_account, "has_event": _has_event,
}  # fmt: skip
