"""An escalation policy as the text an admin edits, and what is wrong with it, line by line. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time

from complaints.thresholds.phrases import BY_THE_TEAM, read_span, read_when
from complaints.thresholds.rules import EVENTS, OF_A_LIMIT, Policy, Rule, Scope, Span, When
from regulations.studio.texts import Problem, TextProblem, line_of, words_in

TOP = frozenset({"title", "highest", "quiet_hours", "rule"})
KEYS = frozenset({"id", "title", "when", "severity", "to", "tell", "by", "taken_within", "for", "except"})
SCOPES = ("jurisdiction", "team", "product", "obligation")
RECEIVERS = (
    "lead", "owner", "line 2", "line 3", "line 4", "lead on shift", "admin on shift", "admins",
)  # fmt: skip
TELLABLE = ("owner", "lead", "admins")
WEBHOOK = re.compile(r"webhook:\S(.{0,78}\S)?")
MOST_RULES, MOST_LEVELS = 60, 9
Table = Mapping[str, object]


class _Reader:
    """Reads one text, and keeps everything that is wrong with it."""

    def __init__(self, text: str) -> None:
        self.text, self.problems, self.start = text, list[Problem](), 0

    def wrong(self, word: str, words: str) -> None:
        self.problems.append(Problem(line_of(self.text, word, after=self.start) or self.start + 1, words))

    def string(self, table: Table, key: str, *, most: int) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > most:
            self.wrong(key, f"{key} must be words, at most {most} characters.")
            return ""
        return value.strip()

    def number(self, table: Table, key: str, low: int, high: int) -> int:
        value = table.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.wrong(key, f"{key} must be a number from {low} to {high}.")
            return low
        return value

    def words(self, table: Table, key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            self.wrong(key, f'{key} must be a list of words, such as ["owner"].')
            return ()
        return tuple(value)


def read_policy(text: str, *, version: int) -> Policy:
    """Return the policy a text states; raise TextProblem with every problem and its line."""
    told, reader = words_in(text), _Reader(text)
    for key in sorted(told.keys() - TOP):
        reader.wrong(key, f"{key} is no key of a policy. It has {', '.join(sorted(TOP))}.")
    reader.string(told, "title", most=80)
    highest, quiet = reader.number(told, "highest", 1, MOST_LEVELS), _quiet(reader, told)
    tables = told.get("rule")
    if not isinstance(tables, list) or not 0 < len(tables) <= MOST_RULES:
        reader.wrong("rule", f"A policy has 1 to {MOST_RULES} [[rule]] tables.")
        tables = []
    starts = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == "[[rule]]"]
    rules = []
    for place, table in enumerate(tables):
        reader.start = starts[place] if place < len(starts) else 0
        rules.append(_rule(reader, table if isinstance(table, dict) else {}))
    reader.start = 0
    _together(reader, rules)
    if reader.problems:
        raise TextProblem(reader.problems)
    return Policy(version, tuple(rules), highest, quiet)


def _rule(reader: _Reader, table: Table) -> Rule:
    for key in sorted(table.keys() - KEYS):
        reader.wrong(key, f"{key} is no key of a rule. It has {', '.join(sorted(KEYS))}.")
    name = reader.string(table, "id", most=40)
    if name and not re.fullmatch(r"[a-z0-9_]{2,40}", name):
        reader.wrong("id", "An id has small letters, digits and low lines, 2 to 40 of them.")
    words = reader.string(table, "when", most=120)
    try:
        moment = read_when(words or "at breach")
    except ValueError as error:
        reader.wrong("when", str(error))
        moment = read_when("at breach")
    to = reader.string(table, "to", most=20)
    if to and to not in RECEIVERS:
        reader.wrong("to", f"“{to}” is nobody. Write one of: {', '.join(RECEIVERS)}.")
    only, but = _scope(reader, table, "for", moment.when), _scope(reader, table, "except", moment.when)
    return Rule(
        id=name, title=reader.string(table, "title", most=60), words=words, when=moment.when, span=moment.span,
        percent=moment.percent, at_most=moment.at_most, severity=reader.number(table, "severity", 1, 3), to=to,
        tell=_tell(reader, table), by=_by(reader, table), wait=_wait(reader, table), only=only, but=but,
    )  # fmt: skip


def _tell(reader: _Reader, table: Table) -> tuple[str, ...]:
    tell = reader.words(table, "tell")
    for one in tell:
        if one not in TELLABLE:
            reader.wrong("tell", f"“{one}” cannot be told. Write any of: {', '.join(TELLABLE)}.")
    return tell


def _by(reader: _Reader, table: Table) -> tuple[str, ...]:
    by = reader.words(table, "by")
    for one in by:
        if one not in ("queue", "app", "mail") and not WEBHOOK.fullmatch(one):
            reader.wrong("by", f"“{one}” is no way to tell. Write queue, app, mail or webhook:name.")
    if "queue" not in by:
        reader.wrong("by", "Every escalation stands in the queue: by must hold queue.")
    if "mail" in by and "app" not in by:
        reader.wrong("by", "A mail comes with its line in the app: add app.")
    return by


def _wait(reader: _Reader, table: Table) -> Span | None:
    if "taken_within" not in table:
        return None
    try:
        return read_span(reader.string(table, "taken_within", most=40) or "1 hour", BY_THE_TEAM)
    except ValueError as error:
        reader.wrong("taken_within", str(error))
        return None


def _scope(reader: _Reader, table: Table, key: str, when: When) -> Scope:
    given = table.get(key, {})
    if not isinstance(given, dict):
        reader.wrong(key, f'{key} must say which, such as {key} = {{ jurisdiction = ["GB"] }}.')
        return Scope()
    for name in sorted(given.keys() - set(SCOPES)):
        reader.wrong(name, f"{name} cannot be asked of a complaint. Ask for {', '.join(SCOPES)}.")
    if "obligation" in given and when not in OF_A_LIMIT:
        reader.wrong("obligation", "Only a rule about a limit can ask for its obligation.")
    if given and when in EVENTS:
        reader.wrong(key, "What a person or the house raises has one rule for everybody; leave this out.")
    return Scope(**{name: reader.words(given, name) for name in SCOPES})


def _quiet(reader: _Reader, told: Table) -> tuple[time, time] | None:
    given = told.get("quiet_hours")
    if given is None:
        return None
    try:
        assert isinstance(given, dict) and given.keys() == {"from", "to"}
        start, end = time.fromisoformat(str(given["from"])), time.fromisoformat(str(given["to"]))
    except (AssertionError, ValueError):
        reader.wrong("quiet_hours", 'quiet_hours says from and to, such as { from = "20:00", to = "07:00" }.')
        return None
    if start == end:
        reader.wrong("quiet_hours", "Quiet hours that begin and end together would never end.")
    return start, end


def _together(reader: _Reader, rules: Sequence[Rule]) -> None:
    """Say what is wrong with the rules beside each other."""
    seen = set[str]()
    for rule in rules:
        if rule.id and rule.id in seen:
            reader.wrong(rule.id, f"Two rules are called {rule.id}. An id names one rule.")
        seen.add(rule.id)
    for when, said in (
        (When.RAISED, "raised by hand"),
        (When.BOUNCED, "a letter bounced"),
        (When.SET_ASIDE, "set aside"),
    ):
        if sum(rule.when is when for rule in rules) != 1:
            reader.wrong("rule", f"The policy must say once what happens when something is “{said}”.")
    # The law's own limit may not pass without anybody being told.
    if not any(rule.when is When.BREACH and not (rule.only.asks or rule.but.asks) for rule in rules):
        reader.wrong("rule", "One rule at breach must be for every complaint: no missed limit may pass unsaid.")
