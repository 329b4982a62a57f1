"""One complaint with all that belongs to it, read in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch

from complaints import classes, policy, telling
from complaints.errors import NotVisible
from complaints.models import Attachment, Clock, Complaint, Decision, Entry, Finding, Review, Task
from complaints.steps import Stage, Step
from correspondence.models import Letter
from users.models import User

ONE_ROW = ("respondent", "complainant", "category", "owner", "team", "merged_into")


@dataclass(frozen=True, slots=True)
class Work:
    """What was found, decided, written and kept: what lies below the fold of the case page, and stands on paper."""

    findings: list[Finding]
    decision: Decision | None
    review: Review | None
    attachments: list[Attachment]
    letters: list[Letter]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One complaint with its whole story and all work on it."""

    complaint: Complaint
    work: Work

    @property
    def law_classes(self) -> list[str]:
        """What the law calls this complaint, in words."""
        return classes.named(self.complaint.complaint_class)


def open_case(user: User, reference: str) -> Complaint:
    """Return the complaint with who and what it is about, or raise NotVisible."""
    complaint = policy.visible(user).select_related(*ONE_ROW).filter(reference=reference).first()
    if complaint is None:
        raise NotVisible("This complaint does not exist.")
    return complaint


def work_of(complaint: Complaint) -> Work:
    """Return the work on a complaint: five statements."""
    return Work(
        findings=list(complaint.findings.all()),
        decision=complaint.decisions.select_related("decided_by").first(),
        review=complaint.reviews.select_related("asked_by", "reviewer").first(),
        attachments=list(complaint.attachments.order_by("id")),
        # The kept PDF is megabytes nobody reads here.
        letters=list(Letter.objects.filter(case_reference=complaint.reference).defer("pdf").order_by("id")),
    )


def tasks_of(complaint: Complaint) -> list[Task]:
    """Return what other teams were asked, what is open first. One statement."""
    rows = complaint.tasks.select_related("team", "person", "accepted_by").order_by("settled_at", "due_at", "pk")
    return sorted(rows, key=lambda task: not task.is_open)


def case_file(user: User, reference: str) -> CaseFile:
    """Return the case with its whole story, its clocks and the work on it, for paper."""
    found = policy.visible(user).select_related(*ONE_ROW).filter(reference=reference)
    complaint = found.prefetch_related(
        Prefetch("story", Entry.objects.select_related("actor").order_by("seq")),
        Prefetch("clocks", Clock.objects.order_by("ends_at", "id")),
    ).first()
    if complaint is None:
        raise NotVisible("This complaint does not exist.")
    return CaseFile(complaint, work_of(complaint))


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
