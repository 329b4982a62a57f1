"""Answer the customer: acknowledge, hold, resolve summarily, respond finally."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from complaints.errors import Refused
from complaints.models import Clock, Complaint, Kind, State
from complaints.models.complaint import UNANSWERED, WORKING
from complaints.services.clocks import follow_the_law
from complaints.services.gather import final_letter
from complaints.services.letters import context_of, send
from complaints.services.step import begin, finish, keep, local_date, move, only_while, words
from complaints.services.story import record
from complaints.standard import ready
from correspondence import services as correspondence
from correspondence.limits import WITHIN, withheld
from correspondence.models import Letter, LetterKind, LetterState
from users.models import User

ANSWERED = "This complaint has already been answered or ended."


def acknowledge(complaint_id: int, *, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Send the acknowledgement and settle the clocks that wait for it (DISP 1.6.1R).

    Raises Refused when too many went to the same address lately; that it was withheld is then in the story.
    """
    complaint, refusal = _acknowledge(complaint_id, actor=actor, at=at, version=version)
    if refusal:
        # Only now: what the story says of it must not be undone with the step.
        raise Refused(refusal)
    return complaint


@transaction.atomic
def _acknowledge(complaint_id: int, *, actor: User, at: datetime, version: int | None) -> tuple[Complaint, str]:
    complaint = begin(complaint_id, "acknowledge", actor=actor, version=version)
    only_while(complaint, [*UNANSWERED], ANSWERED)
    if complaint.acknowledged_at is not None:
        raise Refused("The acknowledgement has already been sent.")
    if refusal := withheld(complaint.complainant.email, at=at):
        return _say_withheld(complaint, refusal, at=at), refusal
    letter = send(complaint, LetterKind.ACKNOWLEDGEMENT, actor=actor, at=at)
    complaint.acknowledged_at = at
    record(complaint, Kind.ACKNOWLEDGED, actor=actor, at=at, letter=letter.pk)
    return finish(complaint, at=at), ""


def _say_withheld(complaint: Complaint, refusal: str, *, at: datetime) -> Complaint:
    """Say in the story that the acknowledgement was withheld; pressing again within the hour says nothing new."""
    said = complaint.story.filter(kind=Kind.NOTED, data__withheld="acknowledgement", recorded_at__gt=at - WITHIN)
    if not said.exists():
        record(complaint, Kind.NOTED, actor=None, at=at, text=refusal, withheld="acknowledgement")
        keep(complaint)
    return complaint


@transaction.atomic
def send_holding_response(
    complaint_id: int, *, reason: str, promised_on: date, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Tell the customer why it takes longer and by when they hear (DISP 1.6.2AR). In time it buys the longer limit."""
    complaint = begin(complaint_id, "acknowledge", actor=actor, version=version)
    only_while(complaint, [*WORKING], "A holding response is sent while the complaint is being looked into.")
    if promised_on <= local_date(complaint, at):
        raise Refused("Promise a day that is still to come.")
    before = _final_limit(list(complaint.clocks.all()))
    letter = send(
        complaint, LetterKind.HOLDING_RESPONSE, actor=actor, at=at, holding_reason=words(ready(reason)),
        promised_on=promised_on,
    )  # fmt: skip
    record(
        complaint, Kind.HOLDING_SENT, actor=actor, at=at, text=reason, promised_on=promised_on.isoformat(),
        letter=letter.pk,
    )  # fmt: skip
    clocks = follow_the_law(complaint, at=at)
    after = _final_limit(clocks)
    if before and after and after > before and promised_on > after:
        raise Refused(f"The law allows until {after:%-d %B %Y}. Promise that day or an earlier one.")
    return keep(complaint)


def _final_limit(clocks: Sequence[Clock]) -> date | None:
    """Return the soonest limit of a final response the law enforces."""
    limits = [clock.due_on for clock in clocks if clock.obligation == "final_response" and clock.is_owed]
    return min((limit for limit in limits if limit), default=None)


@transaction.atomic
def accept_resolution(
    complaint_id: int, *, form: str, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Record that the customer accepted the resolution, orally or in writing."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    only_while(complaint, [*UNANSWERED], ANSWERED)
    if form not in {"oral", "written"}:
        raise Refused("Say whether the customer accepted orally or in writing.")
    record(complaint, Kind.ACCEPTED, actor=actor, at=at, form=form)
    return finish(complaint, at=at)


@transaction.atomic
def resolve_summarily(complaint_id: int, *, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Send the summary resolution communication (DISP 1.5)."""
    complaint = begin(complaint_id, "acknowledge", actor=actor, version=version)
    decision = complaint.decisions.first()
    if decision is not None and not decision.within_limit:
        raise Refused("The redress is above the limit of who decided it. Send a final response for review instead.")
    move(complaint, complaint.resolve_summarily, at=at)
    letter = send(complaint, LetterKind.SUMMARY_RESOLUTION, actor=actor, at=at)
    complaint.responded_at = at
    record(complaint, Kind.SUMMARY_SENT, actor=actor, at=at, letter=letter.pk)
    return finish(complaint, at=at)


@transaction.atomic
def draft_final_response(complaint_id: int, *, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Write the final response from the findings and the decision, ready to be edited."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    only_while(complaint, [State.INVESTIGATING], "Draft the final response while the complaint is being investigated.")
    if not complaint.decisions.exists():
        raise Refused("Record the decision first: outcome, root cause and redress.")
    correspondence.draft_letter(
        LetterKind.FINAL_RESPONSE, context_of(complaint, actor=actor, at=at), actor=actor, at=at
    )
    return keep(complaint)


@transaction.atomic
def edit_final_response(
    complaint_id: int,
    *,
    blocks: list[dict[str, str]],
    actor: User,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Change the words of the final response that is being written."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    letter = _open_letter(complaint)
    before = list(letter.blocks)
    letter = correspondence.edit_letter(letter, blocks=blocks, actor=actor, at=at)
    return _edited(complaint, letter, before, actor=actor, at=at)


@transaction.atomic
def insert_clause(
    complaint_id: int, *, clause: str, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Put a clause the law requires at its place in the final response."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    letter = _open_letter(complaint)
    before = list(letter.blocks)
    letter = correspondence.insert_clause(letter, clause=clause, actor=actor, at=at)
    return _edited(complaint, letter, before, actor=actor, at=at)


def _edited(
    complaint: Complaint, letter: Letter, before: Sequence[dict[str, str]], *, actor: User, at: datetime
) -> Complaint:
    """Say in the story which parts of the letter are other words now; saved as they stood, nothing happened."""
    touched = [block for block in letter.blocks if block not in before]
    touched += [block for block in before if block not in letter.blocks]
    if not touched:
        return complaint
    # A part whose words changed is in both lists and is named once.
    parts = list(dict.fromkeys(block.get("heading") or "a paragraph without a heading" for block in touched))
    record(complaint, Kind.LETTER_EDITED, actor=actor, at=at, letter=letter.pk, parts=parts)
    return keep(complaint)


@transaction.atomic
def send_final_response(complaint_id: int, *, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Send the final response a second person approved, and settle the clocks that wait for it (DISP 1.6.2R)."""
    complaint = begin(complaint_id, "acknowledge", actor=actor, version=version)
    move(complaint, complaint.respond, at=at)
    letter = final_letter(complaint)
    if letter is None:
        raise Refused("Draft the final response with every required clause first.")
    correspondence.send_letter(letter, at=at)
    complaint.responded_at = at
    record(complaint, Kind.FINAL_SENT, actor=actor, at=at, letter=letter.pk)
    return finish(complaint, at=at)


def _open_letter(complaint: Complaint) -> Letter:
    """Return the final response while its words may still change."""
    letter = final_letter(complaint)
    if letter is None:
        raise Refused("Draft the final response first.")
    if letter.state == LetterState.SENT:
        raise Refused("This letter was sent; its words can no longer be changed.")
    only_while(complaint, [State.INVESTIGATING], "The letter is with a second person. Have it sent back to change it.")
    return letter
