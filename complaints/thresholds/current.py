"""The escalation policy that is in force, and any older one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from complaints.models import PolicyVersion
from complaints.thresholds.reading import read_policy
from complaints.thresholds.rules import Policy

SHIPPED = 1
TEXT = (Path(__file__).parent / "shipped.toml").read_text(encoding="utf-8")


def policy() -> Policy:
    """Return the policy in force: the newest published, else what was shipped. One small question."""
    found = PolicyVersion.objects.order_by("-version").values_list("version", "pk").first()
    return _read(*(found or (SHIPPED, 0)))


def version(number: int) -> Policy:
    """Return the policy of this version."""
    found = PolicyVersion.objects.filter(version=number).values_list("version", "pk").first()
    return _read(*(found or (SHIPPED, 0)))


@lru_cache(maxsize=32)
def _read(number: int, pk: int) -> Policy:
    # By its key as well: a number that was rolled back may come again with other words.
    text = PolicyVersion.objects.values_list("text", flat=True).get(pk=pk) if pk else TEXT
    return read_policy(text, version=number)
