"""One letter that waits for a second pair of eyes, beside what changed in it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.errors import NotVisible
from complaints.models import Complaint, Kind, Review
from complaints.policy import get_visible
from correspondence.services import clause_states, standard_blocks
from escalations.desk.diff import compare
from users.requests import StaffRequest


@require_safe
def review(request: StaffRequest, reference: str) -> HttpResponse:
    """Show the letter, and what differs from the last version somebody looked at or from the standard words."""
    user = request.user
    complaint = get_visible(user, reference=reference)
    rounds = list(complaint.reviews.select_related("letter", "asked_by", "reviewer")[:10])
    if not rounds:
        raise NotVisible("No letter of this complaint was sent for review.")
    now_asked = rounds[0]
    letter = now_asked.letter
    earlier = rounds[1] if len(rounds) > 1 else None
    words = _words_sent(complaint, earlier) if earlier else None
    against = "standard" if words is None or request.GET.get("against") == "standard" else "last"
    before = standard_blocks(letter) if against == "standard" or words is None else words
    parts = compare(before, letter.blocks)
    context = {
        "complaint": complaint, "letter": letter, "clause_states": clause_states(letter), "review": now_asked,
        "earlier": earlier if words is not None else None, "against": against, "parts": parts,
        "same": [part.title for part in parts if not part.changed], "rounds": rounds[1:],
        "waits": now_asked.verdict == Review.Verdict.WAITING, "bound": letter.digest == now_asked.letter_digest,
        "own": now_asked.asked_by_id == user.pk, "may_review": user.is_lead, "now": timezone.now(),
        "viewer_zone": user.zone,
    }  # fmt: skip
    return render(request, "desk/review.html", context)


def _words_sent(complaint: Complaint, earlier: Review) -> list[dict[str, str]] | None:
    """Return the words an earlier review was asked for, from the story; None where the story does not have them."""
    asked = complaint.story.filter(kind=Kind.SENT_FOR_REVIEW, data__digest=earlier.letter_digest).order_by("-seq")
    entry = asked.filter(occurred_at=earlier.asked_at).first() or asked.first()
    return entry.data.get("blocks") if entry else None
