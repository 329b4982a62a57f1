"""The versions of the escalation policy as the studio reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from complaints.models import PolicyVersion
from complaints.thresholds.current import SHIPPED, TEXT
from complaints.thresholds.reading import read_policy
from complaints.thresholds.rules import Policy, Rule, Scope
from regulations.models import Draft
from regulations.studio.texts import Problem, TextProblem
from users.errors import NotVisible
from users.models import User

KEY = "escalation"
NAME = "Escalation policy"
# A number no version has: a draft is read as the next one.
DRAFTED = 1_000_000


@dataclass(frozen=True, slots=True)
class Version:
    """One version: published, or what was shipped."""

    number: int
    text: str
    reason: str = ""
    published_at: datetime | None = None
    published_by: User | None = None

    def __str__(self) -> str:
        return f"Version {self.number}"


def versions() -> list[Version]:
    """Return every version, newest first; the last is what was shipped."""
    stored = [
        Version(row.version, row.text, row.reason, row.published_at, row.published_by)
        for row in PolicyVersion.objects.select_related("published_by")
    ]
    return stored or [Version(SHIPPED, TEXT)]


def version(number: int) -> Version:
    """Return one version, or raise NotVisible."""
    found = next((one for one in versions() if one.number == number), None)
    if found is None:
        raise NotVisible(f"The escalation policy has no version {number}.")
    return found


def policy_in(text: str) -> Policy:
    """Return the policy of a draft's words; raise TextProblem."""
    return read_policy(text, version=DRAFTED)


def problems(draft: Draft) -> list[Problem]:
    """Return what must be put right before the draft can be published."""
    try:
        policy_in(draft.text)
    except TextProblem as problem:
        return problem.problems
    return []


def in_words(text: str) -> list[str]:
    """Return what a policy says, a sentence a line; nothing for words that cannot be read."""
    try:
        policy = policy_in(text)
    except TextProblem:
        return []
    quiet = (
        f"No mail between {policy.quiet[0]:%H:%M} and {policy.quiet[1]:%H:%M}." if policy.quiet else "Mail at any hour."
    )
    head = f"What nobody takes climbs {policy.highest} times, then every admin is told. {quiet}"
    return [head, *(_sentence(rule) for rule in policy.rules)]


def _sentence(rule: Rule) -> str:
    parts = [f"{rule.title}: {rule.words}", f"severity {rule.severity}", f"to {_whom(rule.to)}"]
    if rule.tell:
        parts.append(f"{' and '.join(_whom(one) for one in rule.tell)} told")
    parts.append(f"by {', '.join(rule.by)}")
    parts.append(f"climbs after {rule.wait}" if rule.wait else "does not climb")
    for scope, word in ((rule.only, "only for"), (rule.but, "not for")):
        if scope.asks:
            parts.append(f"{word} {_scope(scope)}")
    return f"{'; '.join(parts)}."


def _whom(to: str) -> str:
    return {"lead": "the lead", "owner": "the owner", "admins": "every admin"}.get(to, f"the {to}")


def _scope(scope: Scope) -> str:
    named = {
        "jurisdiction": scope.jurisdiction, "team": scope.team, "product": scope.product,
        "obligation": scope.obligation,
    }  # fmt: skip
    return " and ".join(f"{name} {' or '.join(values)}" for name, values in named.items() if values)
