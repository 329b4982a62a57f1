"""The law as one book of rules, compiled from packs and refused with a sentence when a pack is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from regulations.engine import special
from regulations.engine.case import EVENTS, Case, as_date
from regulations.engine.conditions import compiled, jurisdictions
from regulations.engine.lengths import written
from regulations.engine.model import EngineError
from regulations.engine.rules import SUMMARY, Disapplied, Extension, Obligation, Rule

KINDS = frozenset("DWFK")
RULE_KEYS = frozenset(
    [
        "id",
        "version",
        "title",
        "citation",
        "source_status",
        "effective_from",
        "effective_to",
        "applies",
        "summary_unless",
        "gate",
        "obligations",
        "force",
    ]
)
OBLIGATION_KEYS = frozenset(
    [
        "key",
        "kind",
        "title",
        "trigger",
        "pick",
        "otherwise",
        "compliant",
        "length",
        "lenient",
        "calendar",
        "closes_at_close_of_business",
        "extend",
        "disapplied_by",
        "ends_with_summary",
        "when",
        "calc",
        "dates",
        "met_by",
    ]
)
# What meets an obligation, where a pack does not say otherwise (vocabulary, section 5).
MET_BY: dict[str, tuple[str, ...]] = {
    "acknowledgement": ("acknowledged", "final_response_sent"),
    "initial_response": ("acknowledged", "progress_update_sent", "holding_response_sent", "final_response_sent"),
    "initial_action": ("acknowledged", "progress_update_sent", "holding_response_sent", "final_response_sent"),
    "holding_response": ("holding_response_sent", "final_response_sent"),
    "final_response": ("final_response_sent",),
    "progress_update": ("progress_update_sent",),
    "resolution_or_letter": ("resolved_accepted", "final_response_sent", "holding_response_sent"),
    "outcome_letter": ("final_response_sent",),
    "report_results": ("final_response_sent",),
    "frivolous_notice": ("final_response_sent",),
    "summary_resolution_cutoff": ("resolved_accepted",),
    "delay_notice": ("delay_notice_sent",),
    "information_request": ("information_requested",),
    "internal_appeal_response": ("final_response_sent",),
    "internal_escalation": ("final_response_sent",),
    "provisional_credit": ("provisional_credit_posted", "error_determined", "investigation_completed"),
    "investigation_outer_limit": ("investigation_completed", "final_response_sent"),
    "ombudsman_referral_window": ("ombudsman_complaint_received",),
}


@dataclass(frozen=True, slots=True)
class Book:
    """Every rule version, and which of them a jurisdiction has."""

    rules: tuple[Rule, ...]
    by_jurisdiction: Mapping[str, tuple[Rule, ...]]


@dataclass(frozen=True, slots=True)
class Definition:
    """A rule as its pack states it, and whether it is enforced."""

    written: Mapping[str, object]
    enforced: bool


def compile_book(definitions: Iterable[Definition]) -> Book:
    """Return the book of these rules; raise EngineError naming the rule and the key that is wrong."""
    newest: dict[str, Rule] = {}
    rules: list[Rule] = []

    def runs(name: str, case: Case, on: date | None) -> bool:
        return any(rule.id == name and rule.runs(case, on) for rule in rules)

    calcs = special.named(newest)
    for definition in definitions:
        try:
            rule = _rule(definition, runs, calcs)
        except (EngineError, KeyError, TypeError, AttributeError) as error:
            name = definition.written.get("id", "a rule without an id")
            words = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
            raise EngineError(f"{name}: {words}") from error
        newest[rule.id] = rule
        for older in rules:
            if older.id == rule.id:
                (older if older.version < rule.version else rule).newer.append(
                    rule if older.version < rule.version else older
                )
        rules.append(rule)
    countries = {country for rule in rules for country in rule.jurisdictions}
    return Book(
        tuple(rules),
        {country: tuple(rule for rule in rules if country in rule.jurisdictions) for country in countries},
    )


def _rule(definition: Definition, runs, calcs) -> Rule:  # type: ignore[no-untyped-def]
    told = dict(definition.written)
    _only(told, RULE_KEYS)
    obligations = tuple(_obligation(one, runs, calcs) for one in told["obligations"])  # type: ignore[attr-defined]
    unless = told.get("summary_unless")
    applies = told["applies"]
    return Rule(
        id=str(told["id"]),
        version=int(str(told["version"])),
        title=str(told["title"]),
        citation=str(told["citation"]),
        enforced=definition.enforced,
        jurisdictions=jurisdictions(applies["jurisdiction"]),  # type: ignore[index]
        effective_from=_date(told, "effective_from"),
        effective_to=_date(told, "effective_to"),
        applies=compiled(applies, runs),  # type: ignore[arg-type]
        obligations=obligations,
        summary=next((one for one in obligations if one.key == SUMMARY), None),
        summary_unless=compiled(unless, runs) if unless else None,  # type: ignore[arg-type]
        gate=str(told.get("gate", "")),
    )


def _obligation(told, runs, calcs) -> Obligation:  # type: ignore[no-untyped-def]
    _only(told, OBLIGATION_KEYS)
    if told["kind"] not in KINDS:
        raise EngineError(f"kind {told['kind']!r} is none of D, W, F, K")
    key = str(told["key"])
    return Obligation(
        key=key,
        kind=told["kind"],
        title=told["title"],
        triggers=_events(told["trigger"]),
        pick_last=told.get("pick", "first") == "last",
        otherwise=_events(told["otherwise"]) if "otherwise" in told else (),
        compliant=bool(told.get("compliant", False)),
        length=written(told["length"]) if "length" in told else None,
        lenient=written(told["lenient"]) if "lenient" in told else None,
        calendar=told.get("calendar", "REG"),
        closes=bool(told.get("closes_at_close_of_business", False)),
        extensions=tuple(_extension(one, runs) for one in told.get("extend", ())),
        disapplied=tuple(_disapplied(one, runs) for one in told.get("disapplied_by", ())),
        ends_with_summary=bool(told.get("ends_with_summary", False)),
        when=compiled(told["when"], runs) if "when" in told else None,
        calc=calcs[told["calc"]] if "calc" in told else None,
        dates=tuple((when, due, years) for when, due, years in told.get("dates", ())),
        met_by=tuple(told.get("met_by", MET_BY.get(key, ()))),
    )


def _extension(told, runs) -> Extension:  # type: ignore[no-untyped-def]
    return Extension(
        to=written(told["to"]),
        lenient_to=written(told["lenient_to"]) if "lenient_to" in told else None,
        by=told.get("by", ""),
        within=written(told["within"]) if "within" in told else None,
        lenient_within=written(told["lenient_within"]) if "lenient_within" in told else None,
        when=compiled(told["when"], runs) if "when" in told else None,
        why=told.get("why", ""),
    )


def _disapplied(told, runs) -> Disapplied:  # type: ignore[no-untyped-def]
    return Disapplied(
        by=told["by"],
        within=written(told["within"]),
        attrs=told.get("attrs", {}),
        when=compiled(told["when"], runs) if "when" in told else None,
        late=bool(told.get("late", False)),
    )


def _events(told: object) -> tuple[str, ...]:
    names = (told,) if isinstance(told, str) else tuple(told)  # type: ignore[arg-type]
    for name in names:
        if name != "receipt" and name not in EVENTS:
            raise EngineError(f"{name} is no event the law knows")
    return names  # type: ignore[return-value]


def _date(told: Mapping[str, object], key: str) -> date | None:
    return as_date(told[key], key) if told.get(key) else None


def _only(told: Mapping[str, object], known: frozenset[str]) -> None:
    for key in told:
        if key not in known:
            raise EngineError(f"{key} is no key a pack may use")
