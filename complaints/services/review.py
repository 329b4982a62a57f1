"""A second pair of eyes on the decision and exactly this letter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from complaints import authority
from complaints.errors import Refused
from complaints.models import Complaint, Decision, Kind, Review
from complaints.services.gather import final_letter
from complaints.services.planning import wait_at_desk
from complaints.services.step import begin, keep, move, words
from complaints.services.story import record
from correspondence.services import approve_letter
from users.models import User


@transaction.atomic
def send_for_review(complaint_id: int, *, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Ask a second person to read the decision and its letter."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    move(complaint, complaint.send_for_review, at=at)
    letter = final_letter(complaint)
    if letter is None:
        raise Refused("Draft the final response with every required clause first.")
    Review.objects.create(complaint=complaint, letter=letter, letter_digest=letter.digest, asked_by=actor, asked_at=at)
    # The words themselves: the next look is beside what changed since this one, and the letter is edited in place.
    record(
        complaint, Kind.SENT_FOR_REVIEW, actor=actor, at=at, letter=letter.pk, digest=letter.digest,
        blocks=letter.blocks,
    )  # fmt: skip
    # From now on somebody is waited for.
    wait_at_desk(complaint, at=at)
    return keep(complaint)


@transaction.atomic
def approve(
    complaint_id: int, *, comment: str = "", actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Approve exactly these words. Nobody approves their own letter."""
    complaint = begin(complaint_id, "review", actor=actor, version=version)
    review = _waiting(complaint, actor)
    letter = review.letter
    if letter.digest != review.letter_digest:
        raise Refused("The letter was changed since it was sent for review. Send it back.")
    decision = complaint.decisions.select_related("decided_by").first()
    if reason := authority.refusal_to_approve(complaint, decision, user=actor):
        raise Refused(reason)
    approve_letter(letter)
    _settle(review, Review.Verdict.APPROVED, comment.strip(), actor=actor, at=at)
    record(
        complaint, Kind.APPROVED, actor=actor, at=at, letter=letter.pk, digest=letter.digest, text=comment.strip(),
        **_by_authority(decision, actor),
    )  # fmt: skip
    return keep(complaint)


@transaction.atomic
def send_back(complaint_id: int, *, comment: str, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Return the letter with a comment that says what to change."""
    complaint = begin(complaint_id, "review", actor=actor, version=version)
    review = complaint.reviews.first()
    if review is not None and review.verdict == Review.Verdict.WAITING:
        _settle(_waiting(complaint, actor), Review.Verdict.RETURNED, words(comment), actor=actor, at=at)
    move(complaint, complaint.send_back, at=at)
    record(complaint, Kind.RETURNED, actor=actor, at=at, text=words(comment))
    return keep(complaint)


def _waiting(complaint: Complaint, actor: User) -> Review:
    """Return the review that waits for this person."""
    review = complaint.reviews.filter(verdict=Review.Verdict.WAITING).select_related("letter").first()
    if review is None:
        raise Refused("No letter of this complaint waits for a second person.")
    if review.asked_by_id == actor.pk:
        raise Refused("A second person must look at it; you sent it for review yourself.")
    return review


def _by_authority(decision: Decision | None, actor: User) -> dict[str, Any]:
    """Return the limit that carried the redress, when it was the approver's."""
    if decision is None or decision.within_limit:
        return {}
    return {"limit": str(authority.limit(actor, decision.currency)), "currency": decision.currency}


def _settle(review: Review, verdict: str, comment: str, *, actor: User, at: datetime) -> None:
    review.verdict, review.comment, review.reviewer, review.settled_at = verdict, comment, actor, at
    review.save()
