"""Why a step is not possible now, in the words people read. Pure."""

from __future__ import annotations

from collections.abc import Callable

# The one state whose name says where a complaint is, not what it is.
REVIEW = "decision review"


def refusal(step: Callable[[], None]) -> str:
    """Return the sentence that refuses this transition now; "" when it is possible.

    `step` is a bound transition of a complaint on which `gathered` was set.
    """
    complaint = step.__self__  # type: ignore[attr-defined]
    transition = step._django_fsm.get_transition(complaint.state)  # type: ignore[attr-defined]
    if transition is None:
        stands = complaint.get_state_display().lower()
        return f"This cannot be done while the complaint is {'in ' if stands == REVIEW else ''}{stands}."
    for condition in transition.conditions or ():
        if not condition(complaint):
            return " ".join((condition.__doc__ or "").split())
    return ""
