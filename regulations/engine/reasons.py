"""Conditions in words: whom a rule is for, and which fact of the case decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from regulations.engine.case import Case
from regulations.engine.conditions import Runs, compiled
from regulations.engine.facts import ELIGIBLE
from regulations.engine.words import spoken

NONE_OF_THEM = "none of them governs this one"
PEOPLE = {
    "consumer": "a consumer", "micro_enterprise": "a micro-enterprise", "small_business": "a small business",
    "large_business": "a large business", "other_eligible": "somebody else the ombudsman hears",
}  # fmt: skip
PAYMENT_WORDS = "payment services or e-money"
# How a condition reads: whom the rule is for, and what the case says to that.
Told = Callable[[object, Case, date], str]


def failing(stated: Mapping[str, object], case: Case, on: date, runs: Runs) -> str:
    """Return one sentence about the first condition that does not hold, "" when all do."""
    for key, value in stated.items():
        if key != "jurisdiction" and not compiled({key: value}, runs)(case, on):
            return f"It is for {need(key, value)}; {NONE_OF_THEM if key == 'rule_any' else told(key, value, case, on)}."
    return ""


def holding(stated: Mapping[str, object], case: Case, on: date) -> str:
    """Return what the conditions looked at, in one sentence; "" where there are none."""
    said = dict.fromkeys(told(key, value, case, on) for key, value in stated.items() if key != "jurisdiction")
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def need(key: str, value: object) -> str:
    """Return whom a condition lets in."""
    if key == "any" and isinstance(value, list):
        return "; or for ".join(" and ".join(need(*one) for one in choice.items()) for choice in value)
    if key == "not" and isinstance(value, Mapping):
        return "all but " + " and ".join(need(*one) for one in value.items())
    return NEEDS[key](value)


def told(key: str, value: object, case: Case, on: date) -> str:
    """Return what the case says to a condition."""
    if key == "any" and isinstance(value, list):
        return _joined([one for choice in value for one in choice.items()], case, on)
    if key == "not" and isinstance(value, Mapping):
        return _joined(list(value.items()), case, on)
    return TOLD[key](value, case, on)


def _joined(conditions: list[tuple[str, object]], case: Case, on: date) -> str:
    return "; ".join(dict.fromkeys(told(key, value, case, on) for key, value in conditions))


def plain(word: object) -> str:
    """Return a word of the vocabulary as people write it."""
    return {True: "yes", False: "no"}[word] if isinstance(word, bool) else str(word).replace("_", " ")


def listed(words: object, last: str = "or") -> str:
    """Return words as a list in a sentence."""
    found = [plain(word) for word in words] if isinstance(words, (list, tuple)) else [plain(words)]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {last} {found[-1]}"


def _people(kinds: object) -> str:
    found = kinds if isinstance(kinds, list) else [kinds]
    return listed([PEOPLE.get(str(kind), str(kind)) for kind in found])


def _table(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, Mapping) else []


def _fact_needed(value: object) -> str:
    return "cases where " + " and ".join(f"{plain(key)} is {listed(one)}" for key, one in _table(value))


def _least_needed(value: object) -> str:
    return "cases where " + " and ".join(f"{plain(key)} is at least {one}" for key, one in _table(value))


def _before_needed(value: object) -> str:
    named = (f"{plain(kind)} was before {_day(day)}" for kind, day in _table(value))
    return "cases where " + " and ".join(named)


def _day(value: object) -> str:
    return spoken(value if isinstance(value, date) else date.fromisoformat(str(value)))


NEEDS: dict[str, Callable[[object], str]] = {
    "class_any": lambda value: f"complaints about {listed(value)}",
    "class_none": lambda value: f"complaints that are not about {listed(value)}",
    "class_beyond": lambda value: f"complaints about something other than {listed(value)}",
    "payments": lambda value: f"complaints {'' if value else 'that are not '}about {PAYMENT_WORDS}",
    "eligible": lambda value: (
        f"complainants who may {'' if value else 'not '}go to an ombudsman ({_people(sorted(ELIGIBLE))})"
    ),
    "complainant": lambda value: f"a complainant who is {_people(value)}",
    "from": lambda value: f"cases from {_day(value)} on",
    "until": lambda value: f"cases until {_day(value)}",
    "fact": _fact_needed,
    "at_least": _least_needed,
    "event_before": _before_needed,
    "new_account": lambda value: f"{'' if value else 'all but '}transactions within 30 days of the first deposit",
    "extension_left": lambda value: f"firms that have {'an' if value else 'no'} extension left this month",
    "rule_any": lambda value: f"cases that {listed(value)} governs",
}


def _classes(value: object, case: Case, on: date) -> str:
    return f"the complaint is about {listed(sorted(case.facts.classes), 'and') if case.facts.classes else 'nothing'}"


def _complainant(value: object, case: Case, on: date) -> str:
    assumed = "" if case.facts.told.get("complainant") else ", which is assumed because nobody said"
    return f"the complainant is {_people(case.facts.complainant)}{assumed}"


def _date(value: object, case: Case, on: date) -> str:
    return f"the date that decides is {spoken(on)}"


def _fact(value: object, case: Case, on: date) -> str:
    said = []
    for key, _ in _table(value):
        assumed = "" if case.facts.told.get(key) is not None else ", which is assumed because nobody said"
        said.append(f"{plain(key)} is {plain(case.facts.get(key) or False)}{assumed}")
    return " and ".join(said)


def _number(value: object, case: Case, on: date) -> str:
    return " and ".join(f"{plain(key)} is {case.facts.number(key):g}" for key, _ in _table(value))


def _event(value: object, case: Case, on: date) -> str:
    said = []
    for kind, _ in _table(value):
        found = case.all(kind)
        said.append(f"{plain(kind)} was on {spoken(found[0][0])}" if found else f"there is no {plain(kind)}")
    return " and ".join(said)


def _account(value: object, case: Case, on: date) -> str:
    return f"the account {'was' if case.is_new_account() else 'was not, as far as is known,'} new at the transaction"


def _quota(value: object, case: Case, on: date) -> str:
    demands = case.facts.get("month_demands")
    used = case.facts.number("month_extensions_used")
    return f"{used:g} were used, of {'an unknown number of' if demands is None else demands} demands"


TOLD: dict[str, Told] = {
    "class_any": _classes, "class_none": _classes, "class_beyond": _classes, "payments": _classes,
    "eligible": _complainant, "complainant": _complainant, "from": _date, "until": _date, "fact": _fact,
    "at_least": _number, "event_before": _event, "new_account": _account, "extension_left": _quota,
    "rule_any": lambda value, case, on: f"{listed(value)} governs it",
}  # fmt: skip
