"""The complaint's state machine: what may follow what."""

from __future__ import annotations

import pytest
from django_fsm import TransitionNotAllowed

from complaints.guards import Gathered
from complaints.models import Complaint, State

PERMITTED = {
    State.RECEIVED: {"triage", "withdraw", "forward", "reject_as_no_complaint", "merge"},
    State.TRIAGED: {"investigate", "resolve_summarily", "withdraw", "forward", "reject_as_no_complaint", "merge"},
    State.INVESTIGATING: {
        "await_customer", "await_third_party", "send_for_review", "resolve_summarily", "withdraw", "forward", "merge",
    },
    State.AWAITING_CUSTOMER: {"resume", "resolve_summarily", "withdraw", "forward", "merge"},
    State.AWAITING_THIRD_PARTY: {"resume", "withdraw", "forward", "merge"},
    State.DECISION_REVIEW: {"send_back", "respond", "withdraw", "merge"},
    State.RESPONDED: {"close", "refer", "reopen"},
    State.CLOSED: {"refer", "reopen"},
    State.WITHDRAWN: {"reopen"},
    State.WITH_OMBUDSMAN: {"close"},
    State.REOPENED: {"investigate", "withdraw", "merge"},
    State.FORWARDED: set(),
    State.NOT_A_COMPLAINT: set(),
    State.MERGED: {"unmerge"},
}  # fmt: skip
EVERYTHING = Gathered(
    findings=1, has_decision=True, has_final_letter=True, approved=True, resolved_in_time=True
)  # fmt: skip


@pytest.mark.parametrize("state", State)
def test_each_state_permits_exactly_these_steps(state: State) -> None:
    complaint = Complaint(state=state)
    complaint.gathered = EVERYTHING

    assert {step.name for step in complaint.get_available_state_transitions()} == PERMITTED[state]


def test_a_letter_without_approval_is_not_sent() -> None:
    complaint = Complaint(state=State.DECISION_REVIEW)
    complaint.gathered = Gathered(findings=1, has_decision=True, has_final_letter=True)

    with pytest.raises(TransitionNotAllowed):
        complaint.respond()


def test_a_letter_with_a_missing_clause_is_not_sent_for_review() -> None:
    complaint = Complaint(state=State.INVESTIGATING)
    complaint.gathered = Gathered(findings=1, has_decision=True, has_final_letter=True, missing_clauses=("fos-right",))

    with pytest.raises(TransitionNotAllowed):
        complaint.send_for_review()


def test_nobody_sets_the_state_by_hand() -> None:
    complaint = Complaint(state=State.RECEIVED)

    with pytest.raises(AttributeError):
        complaint.state = State.CLOSED
