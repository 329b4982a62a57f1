"""Which steps a person may take now, and why not the others: the same words on the page, in the API and the palette."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from complaints import policy
from complaints.guards import Gathered
from complaints.models import Complaint, Kind, State
from complaints.models.complaint import UNANSWERED, WORKING
from complaints.refusals import refusal
from complaints.services.gather import gather
from complaints.services.merging import undo_refusal
from complaints.services.splitting import SPLITTABLE, WHEN
from complaints.services.tasks import ENDED
from users.models import User

Question = Callable[[Complaint], str]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `refusal` says why it is not possible now; "" when it is."""

    key: str
    label: str
    allowed: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One column of the stepper: past, current, future or refused, with one line of fact."""

    key: str
    label: str
    state: str
    fact: str


def facts(complaint: Complaint) -> Gathered:
    """Return what the guards look at, gathered once for this complaint."""
    if complaint.gathered is None:
        complaint.gathered = gather(complaint)
    return complaint.gathered


def _transition(name: str) -> Question:
    return lambda complaint: refusal(getattr(complaint, name))


def _while(states: list[str], otherwise: str) -> Question:
    return lambda complaint: "" if complaint.state in states else otherwise


def _acknowledge(complaint: Complaint) -> str:
    if complaint.acknowledged_at is not None:
        return "The acknowledgement has already been sent."
    return "" if complaint.state in UNANSWERED else "This complaint has already been answered or ended."


def _decide(complaint: Complaint) -> str:
    if complaint.state != State.INVESTIGATING:
        return "Decide while the complaint is being investigated."
    return "" if facts(complaint).findings else "Record a finding on at least one point first."


def _draft(complaint: Complaint) -> str:
    if complaint.state != State.INVESTIGATING:
        return "Draft the final response while the complaint is being investigated."
    return "" if facts(complaint).has_decision else "Record the decision first: outcome, root cause and redress."


def _review(complaint: Complaint) -> str:
    if complaint.state != State.DECISION_REVIEW or facts(complaint).approved:
        return "No letter of this complaint waits for a second person."
    return ""


def _always(complaint: Complaint) -> str:
    return ""


def _ask_task(complaint: Complaint) -> str:
    return ENDED if complaint.is_finished else ""


# key, label, action of the policy, why not. The order is the order people work in.
STEPS: list[tuple[str, str, str, Question]] = [
    ("triage", "Triage", "triage", _transition("triage")),
    ("acknowledge", "Send acknowledgement", "acknowledge", _acknowledge),
    ("start_investigation", "Start investigation", "investigate", _transition("investigate")),
    ("ask_customer", "Ask the customer", "investigate", _transition("await_customer")),
    ("customer_replied", "Record the customer's reply", "investigate",
     _while([*WORKING], "Replies are recorded while the complaint is being looked into.")),
    ("ask_third_party", "Ask a third party", "investigate", _transition("await_third_party")),
    ("third_party_replied", "Record the third party's reply", "investigate",
     _while([State.AWAITING_THIRD_PARTY], "We are not waiting for a third party.")),
    ("record_finding", "Record a finding", "investigate",
     _while([*WORKING], "Findings are recorded while the complaint is being looked into.")),
    ("decide", "Decide", "investigate", _decide),
    ("draft_final_response", "Draft the final response", "investigate", _draft),
    ("send_for_review", "Send for review", "investigate", _transition("send_for_review")),
    ("approve", "Approve the letter", "review", _review),
    ("send_back", "Send back with a comment", "review",
     _while([State.DECISION_REVIEW], "No letter of this complaint waits for a second person.")),
    ("send_final_response", "Send the final response", "acknowledge", _transition("respond")),
    ("send_holding_response", "Send a holding response", "acknowledge",
     _while([*WORKING], "A holding response is sent while the complaint is being looked into.")),
    ("accept_resolution", "Record that the customer accepted", "investigate",
     _while([*UNANSWERED], "This complaint has already been answered or ended.")),
    ("resolve_summarily", "Send the summary resolution", "acknowledge", _transition("resolve_summarily")),
    ("close", "Close", "end", _transition("close")),
    ("withdraw", "Withdraw", "end", _transition("withdraw")),
    ("forward", "Forward to another firm", "end", _transition("forward")),
    ("not_a_complaint", "Not a complaint", "end", _transition("reject_as_no_complaint")),
    ("merge", "Merge into another", "end", _transition("merge")),
    ("split", "Split in two", "split", _while([*SPLITTABLE], WHEN)),
    ("undo_merge", "Undo the merge", "end", undo_refusal),
    ("refer_to_ombudsman", "Record the ombudsman", "end", _transition("refer")),
    ("reopen", "Reopen", "end", _transition("reopen")),
    ("ask_task", "Ask another team", "ask", _ask_task),
    ("change_care", "Say what the customer needs", "care", _always),
    ("change_tags", "Change the tags", "tag", _always),
    ("run_macro", "Run a macro", "note", _always),
    ("link", "Link to another complaint", "relate", _always),
    ("assign", "Assign", "assign", _always),
    ("record_happening", "Record what happened", "investigate", _always),
    ("change_facts", "Change the facts", "change_facts", _always),
]  # fmt: skip
# What unblocks the case, in order; the first that is possible is the one primary button.
NEXT = (
    "triage", "acknowledge", "start_investigation", "third_party_replied", "resolve_summarily", "send_final_response",
    "approve", "send_for_review", "draft_final_response", "decide", "record_finding", "customer_replied", "close",
)  # fmt: skip


def steps(complaint: Complaint, user: User) -> list[Step]:
    """Return every step this person's role may ever take here, possible now or not; none for readers."""
    facts(complaint)
    return [
        Step(key, label, not (why := question(complaint)), why)
        for key, label, action, question in STEPS
        if user.role in policy.ACTIONS[action]
    ]


def next_act(complaint: Complaint, user: User) -> Step | None:
    """Return the step that unblocks the case now, if this person may take one."""
    possible = {step.key: step for step in steps(complaint, user) if step.allowed}
    return next((possible[key] for key in NEXT if key in possible), None)


MAIN_LINE: list[tuple[str, str, tuple[str, ...]]] = [
    ("received", "Received", (Kind.RECEIVED,)),
    ("triaged", "Triaged", (Kind.TRIAGED,)),
    ("acknowledged", "Acknowledged", (Kind.ACKNOWLEDGED,)),
    ("investigating", "Investigating", (Kind.INVESTIGATION_STARTED,)),
    ("decision_review", "Decision review", (Kind.SENT_FOR_REVIEW,)),
    ("responded", "Responded", (Kind.FINAL_SENT, Kind.SUMMARY_SENT)),
    ("closed", "Closed", (Kind.CLOSED,)),
]
CURRENT = {
    State.RECEIVED: "triaged", State.TRIAGED: "investigating", State.INVESTIGATING: "investigating",
    State.AWAITING_CUSTOMER: "investigating", State.AWAITING_THIRD_PARTY: "investigating",
    State.REOPENED: "investigating", State.DECISION_REVIEW: "decision_review", State.RESPONDED: "closed",
    State.WITH_OMBUDSMAN: "closed",
}  # fmt: skip


def stepper(complaint: Complaint, happened: Mapping[str, datetime]) -> list[Stage]:
    """Return the main line of the case; `happened` says when each kind of entry last did."""
    zone = ZoneInfo(complaint.respondent.zone)
    done: dict[str, str] = {}
    for key, _, kinds in MAIN_LINE:
        for kind in kinds:
            if kind in happened:
                done[key] = f"{happened[kind].astimezone(zone):%-d %b}"
    current = CURRENT.get(State(complaint.state), "")
    reached = True
    stages = []
    for key, label, _ in MAIN_LINE:
        if key == current:
            reached = False
            stages.append(Stage(key, label, "current", _now(complaint, key)))
        elif key in done and (reached or key == "acknowledged"):
            stages.append(Stage(key, label, "past", done[key]))
        else:
            stages.append(Stage(key, label, "future", ""))
    if complaint.is_finished and complaint.state != State.CLOSED:
        stages.append(Stage(complaint.state, complaint.get_state_display(), "current", ""))
    return stages


def _now(complaint: Complaint, key: str) -> str:
    if complaint.state in {State.AWAITING_CUSTOMER, State.AWAITING_THIRD_PARTY}:
        return f"waiting for the {complaint.waits_for}"
    if key == "decision_review":
        return "approved" if complaint.gathered and complaint.gathered.approved else "with a second person"
    return {"triaged": "to be sorted", "closed": "answered", "investigating": "in hand"}.get(key, "")
