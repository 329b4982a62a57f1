"""The facts the guards look at."""

from __future__ import annotations

from django.db.models import Count, Q

from complaints.guards import Gathered
from complaints.models import Complaint, Review
from correspondence.models import Letter, LetterKind
from correspondence.services import missing_clauses
from regulations.models import ClockStatus


def final_letter(complaint: Complaint) -> Letter | None:
    """Return the newest final response of the complaint, sent or not."""
    letters = Letter.objects.filter(case_reference=complaint.reference, kind=LetterKind.FINAL_RESPONSE)
    return letters.order_by("-id").first()


def gather(complaint: Complaint) -> Gathered:
    """Return what the guards need to know, read now."""
    letter = final_letter(complaint)
    review = complaint.reviews.first()
    # Both in one statement: every step asks them.
    counted = Complaint.objects.filter(pk=complaint.pk).aggregate(
        findings=Count("findings", distinct=True),
        open_tasks=Count("tasks", filter=Q(tasks__settled_at=None), distinct=True),
    )
    return Gathered(
        findings=counted["findings"],
        has_decision=complaint.decisions.exists(),
        has_final_letter=letter is not None,
        missing_clauses=missing_clauses(letter) if letter else (),
        approved=is_approved(letter, review),
        resolved_in_time=complaint.clocks.filter(
            obligation="summary_resolution_cutoff", status=ClockStatus.MET
        ).exists(),
        open_tasks=counted["open_tasks"],
    )


def is_approved(letter: Letter | None, review: Review | None) -> bool:
    """Say whether a second person approved exactly these words."""
    return (
        letter is not None
        and review is not None
        and review.verdict == Review.Verdict.APPROVED
        and (review.letter_id, review.letter_digest) == (letter.pk, letter.digest)
    )
