"""What the case page shows before more is asked for, read in three statements however long the story is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject, Left, Length

from complaints import classes, policy, telling
from complaints.casefile import ONE_ROW, explained, first_owed, in_order, still_matters
from complaints.composer import BOXES, LETTERS
from complaints.errors import NotVisible
from complaints.guards import Gathered
from complaints.models import (
    Clock,
    Complaint,
    Decision,
    Draft,
    Entry,
    Finding,
    Kind,
    Purpose,
    Review,
    StandardText,
    Target,
    Task,
)
from complaints.services.gather import is_approved
from complaints.services.targets import known_at
from complaints.steps import STEPS, Stage, Step, next_act, stepper, steps
from correspondence.models import Letter, LetterKind
from correspondence.services import missing_clauses
from regulations.models import ClockStatus
from users.models import Team, User

# The newest entries; the rest is one link away. Clocks that start together are told in one, so more rows are read.
SHOWN, READ = 20, 60
# So many on one page, when somebody wants to see the earlier ones too; the whole is on the printed case file.
MOST = 500
# Of a longer text the beginning is shown; all of it has a page of its own.
HEAD = 4_000
# What follows the act that unblocks the case, said in grey beneath its button.
THEN = {
    "triage": "acknowledge", "acknowledge": "start_investigation", "start_investigation": "record_finding",
    "third_party_replied": "record_finding", "customer_replied": "record_finding", "record_finding": "decide",
    "decide": "draft_final_response", "draft_final_response": "send_for_review", "send_for_review": "approve",
    "approve": "send_final_response", "send_final_response": "close", "resolve_summarily": "close",
}  # fmt: skip


class OfAKind(TypedDict):
    """How often one kind of thing stands in the story, and when it last happened."""

    kind: str
    count: int
    last: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What one statement brings beside the complaint's own row, under the names it is asked by."""

    narrative_head: str
    narrative_length: int
    findings_made: int
    is_decided: bool
    last_review: dict[str, Any] | None
    last_letter: dict[str, Any] | None
    kinds_told: list[OfAKind]
    drafts_kept: list[dict[str, str]]
    tasks_open: int
    texts_offered: list[dict[str, Any]]
    teams_to_ask: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as its page shows it, for one person."""

    complaint: Complaint
    clocks: list[Clock]
    settled: list[Clock]
    first_clock: Clock | None
    targets: list[Target]
    steps: list[Step]
    next_act: Step | None
    stages: list[Stage]
    told: list[telling.Told]
    earlier: int
    filters: list[tuple[str, str, int]]
    shown: str
    drafts: dict[str, Draft]
    # Which box of the composer is open, whether somebody came to write in it, and the text they came to put in.
    compose: str
    is_writing: bool
    text: int
    texts: list[dict[str, Any]]
    teams: list[dict[str, Any]]
    second_person: str
    verdict: str

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
    def refusals(self) -> dict[str, str]:
        """Why each step is not possible now; "" where it is."""
        return {step.key: step.refusal for step in self.steps}

    @property
    def note_texts(self) -> list[dict[str, Any]]:
        """Return the standard texts of a note."""
        return [one for one in self.texts if one["purpose"] == Purpose.NOTE]

    @property
    def ask_texts(self) -> list[dict[str, Any]]:
        """Return the standard texts of a question to the customer."""
        return [one for one in self.texts if one["purpose"] == Purpose.ASK_CUSTOMER]

    @property
    def task_texts(self) -> list[dict[str, Any]]:
        """Return the standard texts of a question to another team."""
        return [one for one in self.texts if one["purpose"] == Purpose.ASK_TASK]

    @property
    def letters(self) -> list[Step]:
        """Return what may go to the customer now, where no question can be asked."""
        return [step for step in self.possible if step.key in LETTERS]

    @property
    def law_classes(self) -> list[str]:
        """What the law calls this complaint, in words."""
        return classes.named(self.complaint.complaint_class)


def case_page(
    user: User,
    reference: str,
    *,
    now: datetime,
    show: str = "all",
    earlier: bool = False,
    compose: str = "",
    text: int = 0,
) -> CasePage:
    """Return the case above the fold: its chips, its steps, the newest part of its story, and what was begun."""
    complaint, beside = _opened(user, reference)
    clocks = in_order(list(complaint.clocks.order_by("ends_at", "id")), now=now)
    for clock in clocks:
        clock.complaint = complaint
    complaint.gathered = _gathered(beside, clocks)
    shown = show if show in telling.FILTERS else "all"
    counts = {tone: _count(beside.kinds_told, tone) for tone in telling.FILTERS}
    told, read = _newest(complaint, shown, beside, earlier=earlier)
    possible = steps(complaint, user)
    review = beside.last_review or {}
    return CasePage(
        complaint=complaint,
        clocks=[clock for clock in clocks if still_matters(clock, now=now)],
        settled=[clock for clock in clocks if not still_matters(clock, now=now)],
        first_clock=first_owed(clocks),
        targets=targets_of(complaint, now=now),
        steps=possible,
        next_act=next_act(complaint, user),
        stages=explained(stepper(complaint, _happened(beside.kinds_told)), possible),
        told=told,
        earlier=counts[shown] - read,
        filters=[(tone, title, counts[tone]) for tone, title in telling.FILTERS.items() if counts[tone]],
        shown=shown,
        compose=compose if compose in BOXES else "note",
        is_writing=compose in BOXES,
        text=text,
        texts=beside.texts_offered,
        teams=beside.teams_to_ask,
        drafts={kept["purpose"]: _draft(kept) for kept in beside.drafts_kept},
        second_person=review.get("reviewer") or "",
        verdict=dict(Review.Verdict.choices).get(review.get("verdict", ""), ""),
    )


def targets_of(complaint: Complaint, *, now: datetime) -> list[Target]:
    """Return our own targets, those to act on first; asks nothing where the complaint has none."""
    return known_at(list(complaint.targets.all()), now=now) if complaint.by_us else []


def _opened(user: User, reference: str) -> tuple[Complaint, Beside]:
    """Return the complaint and, beside it, all that is one row or a few figures: one statement."""
    finals = Letter.objects.filter(case_reference=OuterRef("reference"), kind=LetterKind.FINAL_RESPONSE)
    findings = Finding.objects.filter(complaint=OuterRef("pk")).order_by().values("complaint")
    reviews = Review.objects.filter(complaint=OuterRef("pk"))
    kinds = Entry.objects.filter(complaint=OuterRef("pk")).order_by().values("kind")
    drafts = Draft.objects.filter(complaint=OuterRef("pk"), user=user)
    texts = StandardText.objects.filter(is_current=True, is_offered=True, purpose__in=BOXES)
    tasks = Task.objects.filter(complaint=OuterRef("pk"), settled_at=None).order_by().values("complaint")
    found = policy.visible(user).select_related(*ONE_ROW).filter(reference=reference).defer("narrative")
    complaint = found.annotate(
        narrative_head=Left("narrative", HEAD + 1),
        narrative_length=Length("narrative"),
        findings_made=Coalesce(Subquery(findings.values(made=Count("pk")), output_field=IntegerField()), 0),
        is_decided=Exists(Decision.objects.filter(complaint=OuterRef("pk"))),
        last_review=_first(
            reviews, verdict="verdict", letter="letter_id", digest="letter_digest", reviewer="reviewer__name"
        ),
        last_letter=_first(finals.order_by("-id"), id="id", digest="digest", template="template", blocks="blocks"),
        kinds_told=ArraySubquery(
            kinds.annotate(count=Count("pk"), last=Max("occurred_at")).values(
                told=JSONObject(kind="kind", count="count", last="last")
            )
        ),
        drafts_kept=ArraySubquery(drafts.values(kept=JSONObject(purpose="purpose", text="text", saved_at="saved_at"))),
        texts_offered=ArraySubquery(
            texts.values(one=JSONObject(pk="pk", purpose="purpose", language="language", name="name"))
        ),
        teams_to_ask=ArraySubquery(Team.objects.order_by("name").values(one=JSONObject(pk="pk", name="name"))),
        tasks_open=Coalesce(Subquery(tasks.values(open=Count("pk")), output_field=IntegerField()), 0),
    ).first()
    if complaint is None:
        raise NotVisible("This complaint does not exist.")
    return complaint, Beside(**{field.name: getattr(complaint, field.name) for field in fields(Beside)})


def _first(rows: QuerySet[Any], **named: str) -> Subquery:
    return Subquery(rows.values(row=JSONObject(**{key: F(field) for key, field in named.items()}))[:1])


def _gathered(beside: Beside, clocks: list[Clock]) -> Gathered:
    """What the guards look at, from what the one statement brought: the same facts the services gather."""
    seen = beside.last_review
    letter = Letter(**beside.last_letter) if beside.last_letter else None
    review = Review(verdict=seen["verdict"], letter_id=seen["letter"], letter_digest=seen["digest"]) if seen else None
    return Gathered(
        findings=beside.findings_made,
        has_decision=beside.is_decided,
        has_final_letter=letter is not None,
        missing_clauses=missing_clauses(letter) if letter else (),
        approved=is_approved(letter, review),
        resolved_in_time=any(
            clock.obligation == "summary_resolution_cutoff" and clock.status == ClockStatus.MET for clock in clocks
        ),
        open_tasks=beside.tasks_open,
    )


def _newest(complaint: Complaint, shown: str, beside: Beside, *, earlier: bool) -> tuple[list[telling.Told], int]:
    """Return the newest part of the story, oldest first, and how many of its entries that is."""
    rows = complaint.story.select_related("actor").order_by("-seq")
    if shown != "all":
        rows = rows.filter(kind__in=telling.kinds_of(shown))
    entries = list(rows[: MOST if earlier else READ])[::-1]
    told = telling.tell_all(entries, narrative=beside.narrative_head)
    if not earlier:
        told = told[-SHOWN:]
    first = told[0].entry.seq if told else 0
    whole: dict[str, int] = {Kind.RECEIVED: beside.narrative_length}
    cut = [telling.shortened(one, HEAD, whole=whole.get(one.entry.kind, 0) if one.body else 0) for one in told]
    return cut, sum(entry.seq >= first for entry in entries)


def _count(kinds: list[OfAKind], tone: str) -> int:
    return sum(one["count"] for one in kinds if tone == "all" or one["kind"] in telling.kinds_of(tone))


def _happened(kinds: list[OfAKind]) -> dict[str, datetime]:
    return {one["kind"]: datetime.fromisoformat(one["last"]) for one in kinds}


def _draft(kept: dict[str, str]) -> Draft:
    return Draft(purpose=kept["purpose"], text=kept["text"], saved_at=datetime.fromisoformat(kept["saved_at"]))
