"""The law as one book of rules, compiled from packs and refused with a sentence when a pack is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from regulations.engine.case import OWN_DATE, Case
from regulations.engine.conditions import facts_in, jurisdictions
from regulations.engine.model import EngineError, Event
from regulations.engine.packs import Table
from regulations.engine.rules import Disapplied, Extension, Obligation, Row, Rule
from regulations.engine.special import CALCS, LOOKS_AT, OMBUDSMAN_RULES, Calc, ombudsman_open
from regulations.engine.versions import Period, period

RULE_KEYS = frozenset({
    "id", "version", "supersedes", "title", "citation", "source_status", "force", "effective_from", "effective_to", "dated_by",
    "applies", "summary_unless", "gate", "obligations",
})  # fmt: skip
OBLIGATION_KEYS = frozenset({
    "key", "kind", "title", "trigger", "pick", "otherwise", "compliant", "length", "lenient", "calendar",
    "lenient_calendar", "closes_at_close_of_business", "extend", "disapplied_by", "ends_with_summary",
    "only_within", "when", "calc", "dates", "met_by",
})  # fmt: skip
# What makes a trigger more than one event that happened or did not.
CHOOSING = frozenset({"otherwise", "compliant", "pick"})
EXTENSION_KEYS = frozenset({"to", "lenient_to", "by", "within", "lenient_within", "not_before_trigger", "when", "why"})
DISAPPLIED_KEYS = frozenset({"by", "within", "attrs", "when", "late"})
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
    """A rule as its pack states it, whether it is enforced, and the pack's name where there is one."""

    written: Mapping[str, object]
    enforced: bool
    pack: str = ""


class Compiler:
    """Compiles rules one by one; what a rule says of another is looked up when a case is asked."""

    def __init__(self) -> None:
        self.by_id: dict[str, list[Rule]] = defaultdict(list)
        self.named: set[str] = set()
        self._periods: dict[str, list[Period]] = defaultdict(list)

    def runs(self, name: str, case: Case, on: date) -> bool:
        """Say whether any version of the rule governs the case."""
        return any(rule.runs(case, on) for rule in self.by_id[name])

    def add(self, definition: Definition) -> None:
        """Compile one version, newest first; raise EngineError naming pack, rule and key."""
        name = str(definition.written.get("id", "a rule without an id"))
        try:
            rule = self._rule(definition)
        except EngineError as error:
            place = f"{definition.pack}: {name}" if definition.pack else name
            raise EngineError(f"{place}: {error}") from error
        known = self.by_id[rule.id]
        if any(one.version == rule.version for one in known):
            raise EngineError(f"{rule.id} version {rule.version} is written twice.")
        left = period(definition.written).closed_by(self._periods[rule.id])
        self._periods[rule.id].append(left)
        known.insert(0, replace(rule, later=tuple(known), effective_to=None if left.last == date.max else left.last))

    def _rule(self, definition: Definition) -> Rule:
        told = Table.of(definition.written, RULE_KEYS, self.runs)
        obligations = tuple(self._obligation(one) for one in told.tables("obligations", OBLIGATION_KEYS))
        if not obligations:
            raise EngineError("obligations are missing")
        obligations = _with_assumed(obligations, definition.written)
        gate = told.text("gate", "")
        _in_order(gate, obligations)
        applies, where = told.condition("applies"), told.told.get("applies")
        if applies is None or not isinstance(where, Mapping):
            raise EngineError("applies is missing")
        told.one_of("source_status", "primary secondary")
        first, last = told.date("effective_from"), told.date("effective_to")
        if first is not None and last is not None and last < first:
            raise EngineError(f"effective_to {last} lies before effective_from {first}")
        if "supersedes" in told.told and told.number("supersedes") >= told.number("version"):
            raise EngineError("supersedes must name an earlier version")
        starts = frozenset(name for one in obligations for name in one.starts)
        return Rule(
            id=told.text("id"), version=told.number("version"), title=told.text("title"),
            citation=told.text("citation"), enforced=definition.enforced,
            jurisdictions=jurisdictions(where.get("jurisdiction")), effective_from=first,
            effective_to=last, dated_by=told.events("dated_by"), applies=applies,
            obligations=obligations, summary_unless=told.condition("summary_unless"), gate=gate,
            reads_twice=any(one.reads_twice for one in obligations),
            starts=starts, chosen_by_receipt=starts.isdisjoint(OWN_DATE), stated=where,
        )  # fmt: skip

    def _obligation(self, told: Table) -> Obligation:
        key = told.text("key")
        try:
            return self._read(key, told)
        except EngineError as error:
            raise EngineError(f"{error} (obligation {key})") from error

    def _read(self, key: str, told: Table) -> Obligation:
        triggers = told.events("trigger")
        if not triggers:
            raise EngineError("trigger is missing")
        return Obligation(
            key=key, kind=told.one_of("kind", "D W F K"), title=told.text("title"), triggers=triggers,
            pick_last=told.one_of("pick", "first last", "first") == "last", otherwise=told.events("otherwise"),
            compliant=told.flag("compliant"), length=told.length("length"), lenient=told.length("lenient"),
            calendar=told.text("calendar", "REG"), lenient_calendar=told.text("lenient_calendar", ""),
            closes=told.flag("closes_at_close_of_business"),
            extensions=tuple(_extension(one) for one in told.tables("extend", EXTENSION_KEYS)),
            disapplied=tuple(_disapplied(one) for one in told.tables("disapplied_by", DISAPPLIED_KEYS)),
            ends_with_summary=told.flag("ends_with_summary"), only_within=told.text("only_within", ""),
            when=told.condition("when"), calc=self._calc(told), dates=_dates(told),
            met_by=told.events("met_by") or MET_BY.get(key, ()),
            stated=stated_in(told.told, "when"), looks_at=_looks_at(told),
            counts_from_receipt=triggers == ("receipt",) and told.told.keys().isdisjoint(CHOOSING),
        )  # fmt: skip

    def _calc(self, told: Table) -> Calc | None:
        name = told.text("calc", "")
        if not name:
            return None
        if "length" in told.told:
            raise EngineError("calc and length exclude each other")
        if name in CALCS:
            return CALCS[name]
        if name != "ombudsman_open":
            raise EngineError(f"calc {name} is none the engine knows")
        self.named.update(OMBUDSMAN_RULES)

        def opens(case: Case, obligation: Obligation, trigger: Event) -> Row | None:
            return ombudsman_open(
                case, obligation, trigger, [rule for one in OMBUDSMAN_RULES for rule in self.by_id[one]]
            )

        return opens


def compile_book(definitions: Iterable[Definition]) -> Book:
    """Return the book of these rules; raise EngineError naming the pack, the rule and the key that is wrong."""
    compiler, order = Compiler(), []
    told = list(definitions)
    for definition in sorted(told, key=_version, reverse=True):
        compiler.add(definition)
    for definition in told:
        if (name := str(definition.written["id"])) not in order:
            order.append(name)
    for name in sorted(_named(definition.written for definition in told) | compiler.named):
        if name not in order:
            raise EngineError(f"A rule speaks of {name}, and there is no such rule.")
    named: dict[str, set[str]] = defaultdict(set)
    for definition in told:
        named[str(definition.written["id"])] |= _named(definition.written)
    _refuse_circles(named)
    rules = tuple(rule for name in order for rule in compiler.by_id[name])
    countries = sorted({country for rule in rules for country in rule.jurisdictions})
    return Book(
        rules, {country: tuple(rule for rule in rules if country in rule.jurisdictions) for country in countries}
    )


def _with_assumed(obligations: Sequence[Obligation], rule: Mapping[str, object]) -> tuple[Obligation, ...]:
    """Return the obligations with the facts that choose between the wordings and lengths of each."""
    looked: dict[str, set[str]] = defaultdict(set)
    told = rule["obligations"]
    assert isinstance(told, list)
    for one in told:
        looked[one["key"]] |= facts_in(one.get("when"))
        for choice in (*one.get("extend", ()), *one.get("disapplied_by", ())):
            looked[one["key"]] |= facts_in(choice.get("when"))
    return tuple(replace(one, assumes=tuple(sorted(looked[one.key]))) for one in obligations)


def stated_in(told: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Return a condition as it is written; empty for none."""
    found = told.get(key)
    return found if isinstance(found, Mapping) else {}


def _looks_at(told: Table) -> str:
    """Return what the limit depends on in its trigger."""
    if "calc" in told.told:
        return LOOKS_AT.get(told.text("calc"), "instant")
    extended = (one.length(key) for one in told.tables("extend", EXTENSION_KEYS) for key in ("to", "lenient_to"))
    lengths = (told.length("length"), told.length("lenient"), *extended)
    return "instant" if any(one is not None and one.elapses for one in lengths) else "date"


def _in_order(gate: str, obligations: Sequence[Obligation]) -> None:
    """Refuse a window that is no obligation of the rule, or that stands after what must lie in it."""
    keys, before = {one.key for one in obligations}, set[str]()
    for wanted in (gate, *(one.only_within for one in obligations)):
        if wanted and wanted not in keys:
            raise EngineError(f"{wanted} is no obligation of this rule")
    for one in obligations:
        if one.only_within and one.only_within not in before:
            raise EngineError(f"{one.only_within} must stand before {one.key}, which must lie in it")
        before.add(one.key)


def _refuse_circles(named: Mapping[str, set[str]]) -> None:
    """Refuse rules that apply only where the other does: neither could ever be asked."""
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            raise EngineError(f"A rule waits for itself: {' waits for '.join((*way[way.index(name) :], name))}.")
        if name not in done:
            for other in sorted(named.get(name, ())):
                visit(other, (*way, name))
            done.add(name)

    for name in named:
        visit(name, ())


def _version(definition: Definition) -> int:
    version = definition.written.get("version")
    return version if isinstance(version, int) else 0


def _named(told: object) -> set[str]:
    """Return every rule that any condition names."""
    if isinstance(told, Mapping):
        here = told.get("rule_any")
        names = {one for one in here if isinstance(one, str)} if isinstance(here, list) else set()
        return names.union(*(_named(one) for one in told.values()))
    if isinstance(told, str) or not isinstance(told, Iterable):
        return set()
    return set().union(*(_named(one) for one in told))


def _extension(told: Table) -> Extension:
    by = told.text("by", "")
    if by:
        told.events("by")
        told.needed_length("within")
    return Extension(
        to=told.needed_length("to"), lenient_to=told.length("lenient_to"), by=by, within=told.length("within"),
        lenient_within=told.length("lenient_within"), not_before_trigger=told.flag("not_before_trigger"),
        when=told.condition("when"), why=told.text("why", ""),
    )  # fmt: skip


def _disapplied(told: Table) -> Disapplied:
    [by] = told.events("by") or [""]
    attrs = told.told.get("attrs", {})
    if not by or not isinstance(attrs, Mapping):
        raise EngineError("disapplied_by needs an event as by, and attrs as a table")
    return Disapplied(
        by=by, within=told.needed_length("within"), attrs=attrs, when=told.condition("when"), late=told.flag("late")
    )


def _dates(told: Table) -> tuple[tuple[str, str, int], ...]:
    """Read which date follows which end of a period: ["06-30", "08-31", 0], the number being years on."""
    value = told.told.get("dates", [])
    if not isinstance(value, list):
        raise EngineError("dates must be a list")
    found = []
    for one in value:
        if not (isinstance(one, list) and [type(part) for part in one] == [str, str, int]):
            raise EngineError('dates must read like ["12-31", "02-28", 1]')
        found.append((one[0], one[1], one[2]))
    return tuple(found)
