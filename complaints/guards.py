"""Facts that a step needs. Pure; each docstring is the sentence people read when the step is refused.

The services gather the facts under the complaint's lock and hang them on the complaint as `gathered`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the guards look at."""

    findings: int = 0
    has_decision: bool = False
    missing_clauses: tuple[str, ...] = ()
    has_final_letter: bool = False
    approved: bool = False
    resolved_in_time: bool = False
    open_tasks: int = 0


class HasFacts(Protocol):
    gathered: Gathered


def findings_recorded(complaint: HasFacts) -> bool:
    """Record a finding on at least one point first."""
    return complaint.gathered.findings > 0


def decided(complaint: HasFacts) -> bool:
    """Record the decision first: outcome, root cause and redress."""
    return complaint.gathered.has_decision


def letter_complete(complaint: HasFacts) -> bool:
    """Draft the final response with every required clause first."""
    return complaint.gathered.has_final_letter and not complaint.gathered.missing_clauses


def letter_approved(complaint: HasFacts) -> bool:
    """A second person must approve exactly this letter first."""
    return complaint.gathered.approved


def resolved_in_time(complaint: HasFacts) -> bool:
    """Record that the customer accepted the resolution before the summary cut-off first."""
    return complaint.gathered.resolved_in_time


def tasks_settled(complaint: HasFacts) -> bool:
    """A task to another team is still open: wait for its answer, or cancel it first."""
    return not complaint.gathered.open_tasks
