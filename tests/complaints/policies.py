"""Builders of escalation policies: the shipped one with other rules in it."""

from __future__ import annotations

from datetime import datetime

from complaints.models import PolicyVersion
from complaints.thresholds.current import TEXT
from complaints.thresholds.reading import read_policy
from complaints.thresholds.rules import Policy
from tests.conftest import AT


def a_rule(name: str, when: str, *, more: str = "", to: str = "lead", severity: int = 2) -> str:
    """Return the text of one rule."""
    return (
        f'\n[[rule]]\nid = "{name}"\ntitle = "{name}"\nwhen = "{when}"\nseverity = {severity}\nto = "{to}"\n'
        f'by = ["queue", "app", "mail"]\n{more}\n'
    )


def a_text(*rules: str, without: str = "") -> str:
    """Return the shipped policy with these rules first, and without one of its own."""
    head, *shipped = TEXT.split("[[rule]]")
    kept = [f"[[rule]]{one}" for one in shipped if not (without and f'id = "{without}"' in one)]
    return head + "".join(rules) + "\n" + "".join(kept)


def a_policy(*rules: str, without: str = "") -> Policy:
    """Return the shipped policy with these rules first, read."""
    return read_policy(a_text(*rules, without=without), version=2)


def publish(*rules: str, without: str = "", version: int = 2, at: datetime = AT) -> PolicyVersion:
    """Put the shipped policy with these rules in force."""
    return PolicyVersion.objects.create(version=version, text=a_text(*rules, without=without), published_at=at)
