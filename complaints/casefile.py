"""Everything the case page shows of one complaint, read in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch

from complaints import policy, telling
from complaints.classes import CLASSES
from complaints.errors import NotVisible
from complaints.guards import Gathered
from complaints.models import Attachment, Clock, Complaint, Decision, Entry, Finding, Review
from complaints.services.gather import is_approved
from complaints.steps import STEPS, Stage, Step, next_act, stepper, steps
from correspondence.models import Letter, LetterKind
from correspondence.services import missing_clauses
from regulations.models import ClockStatus
from users.models import User

# What follows the act that unblocks the case, said in grey beneath its button.
THEN = {
    "triage": "acknowledge", "acknowledge": "start_investigation", "start_investigation": "record_finding",
    "third_party_replied": "record_finding", "customer_replied": "record_finding", "record_finding": "decide",
    "decide": "draft_final_response", "draft_final_response": "send_for_review", "send_for_review": "approve",
    "approve": "send_final_response", "send_final_response": "close", "resolve_summarily": "close",
}  # fmt: skip
ONE_ROW = ("respondent", "complainant", "category", "owner", "team", "merged_into")


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One complaint with all that belongs to it, as this person may see it."""

    complaint: Complaint
    told: list[telling.Told]
    clocks: list[Clock]
    settled: list[Clock]
    first_clock: Clock | None
    findings: list[Finding]
    decision: Decision | None
    review: Review | None
    attachments: list[Attachment]
    letters: list[Letter]
    steps: list[Step]
    next_act: Step | None
    stages: list[Stage]

    @property
    def others(self) -> int:
        """How many further duties are owed beside the first."""
        return max(sum(clock.is_owed for clock in self.clocks) - 1, 0)

    @property
    def possible(self) -> list[Step]:
        return [step for step in self.steps if step.allowed]

    @property
    def refused(self) -> list[Step]:
        return [step for step in self.steps if not step.allowed]

    @property
    def then(self) -> str:
        """What comes after the next act, in words."""
        after = THEN.get(self.next_act.key, "") if self.next_act else ""
        return {key: label for key, label, *_ in STEPS}.get(after, "").lower()

    @property
    def ask_refusal(self) -> str:
        """Why the customer cannot be asked now; "" when they can."""
        return next((step.refusal for step in self.steps if step.key == "ask_customer"), "")

    @property
    def law_classes(self) -> list[str]:
        """What the law calls this complaint, in words."""
        names = dict(CLASSES)
        return [names.get(key, key) for key in self.complaint.complaint_class]


def open_case(user: User, reference: str) -> Complaint:
    """Return the complaint with who and what it is about, or raise NotVisible."""
    complaint = policy.visible(user).select_related(*ONE_ROW).filter(reference=reference).first()
    if complaint is None:
        raise NotVisible("This complaint does not exist.")
    return complaint


def case_file(user: User, reference: str, *, now: datetime) -> CaseFile:
    """Return the case with its story, clocks, work and letters."""
    found = policy.visible(user).select_related(*ONE_ROW).filter(reference=reference)
    complaint = found.prefetch_related(
        Prefetch("story", Entry.objects.select_related("actor").order_by("seq")),
        Prefetch("clocks", Clock.objects.order_by("ends_at", "id")),
        Prefetch("decisions", Decision.objects.select_related("decided_by")),
        Prefetch("reviews", Review.objects.select_related("asked_by", "reviewer")),
        Prefetch("attachments", Attachment.objects.order_by("id")),
        "findings",
    ).first()
    if complaint is None:
        raise NotVisible("This complaint does not exist.")
    clocks = in_order(list(complaint.clocks.all()), now=now)
    # The kept PDF is megabytes nobody reads here.
    letters = list(Letter.objects.filter(case_reference=reference).defer("pdf").order_by("id"))
    review = next(iter(complaint.reviews.all()), None)
    decision = next(iter(complaint.decisions.all()), None)
    findings = list(complaint.findings.all())
    complaint.gathered = _gathered(letters, review, decision, findings, clocks)
    possible = steps(complaint, user)
    return CaseFile(
        complaint=complaint,
        told=telling.tell_all(complaint.story.all(), narrative=complaint.narrative),
        clocks=[clock for clock in clocks if still_matters(clock, now=now)],
        settled=[clock for clock in clocks if not still_matters(clock, now=now)],
        first_clock=first_owed(clocks),
        findings=findings,
        decision=decision,
        review=review,
        attachments=list(complaint.attachments.all()),
        letters=letters,
        steps=possible,
        next_act=next_act(complaint, user),
        stages=explained(stepper(complaint), possible),
    )


# The step that leads into a stage, and the stage it is taken from.
INTO = {
    "decision_review": ("send_for_review", "investigating"),
    "responded": ("send_final_response", "decision_review"),
}


def explained(stages: list[Stage], known: list[Step]) -> list[Stage]:
    """Return the stages with the guard's sentence on the next one, where the way into it is refused."""
    refusals = {step.key: step.refusal for step in known}
    current = next((stage.key for stage in stages if stage.state == "current"), "")
    told: list[Stage] = []
    for stage in stages:
        step, before = INTO.get(stage.key, ("", ""))
        refused = refusals.get(step, "") if stage.state == "future" and before == current else ""
        told.append(replace(stage, state="refused", fact=refused) if refused else stage)
    return told


def _gathered(
    letters: list[Letter],
    review: Review | None,
    decision: Decision | None,
    findings: list[Finding],
    clocks: list[Clock],
) -> Gathered:
    """What the guards look at, from rows that are at hand: the same facts the services gather under the lock."""
    finals = [letter for letter in letters if letter.kind == LetterKind.FINAL_RESPONSE]
    final = finals[-1] if finals else None
    return Gathered(
        findings=len(findings),
        has_decision=decision is not None,
        has_final_letter=final is not None,
        missing_clauses=missing_clauses(final) if final else (),
        approved=is_approved(final, review),
        resolved_in_time=any(
            clock.obligation == "summary_resolution_cutoff" and clock.status == ClockStatus.MET for clock in clocks
        ),
    )


def in_order(clocks: list[Clock], *, now: datetime) -> list[Clock]:
    """Return the clocks people act on first: owed duties, other duties, what may still be done, and the rest."""

    def rank(clock: Clock) -> int:
        if clock.is_owed:
            return 0
        if clock.is_open and clock.is_duty:
            return 1
        return 2 if still_matters(clock, now=now) else 3

    return sorted(clocks, key=rank)


def still_matters(clock: Clock, *, now: datetime) -> bool:
    """Say whether a clock asks for anything: a duty still to be done, or a chance that has not passed."""
    asks = clock.is_duty or (clock.kind in {"D", "W"} and (clock.ends_at is None or clock.ends_at > now))
    return clock.is_open and asks


def first_owed(clocks: list[Clock]) -> Clock | None:
    """Return the first duty to breach, or None when none is owed."""
    return next((clock for clock in clocks if clock.is_owed), None)


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed a complaint last, what they did, and when."""

    who: str
    what: str
    at: datetime


def last_change(complaint: Complaint) -> Change | None:
    """Return the last thing a person did to the complaint."""
    entry = complaint.story.filter(actor__isnull=False).select_related("actor").order_by("-seq").first()
    if entry is None:
        return None
    told = telling.tell(entry)
    return Change(told.who, told.verb, entry.recorded_at)
