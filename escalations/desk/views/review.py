"""One letter that waits for a second pair of eyes, beside what changed in it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.errors import NotVisible
from complaints.models import Review
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
    earlier = next((one for one in rounds[1:] if one.blocks), None)
    against = "standard" if earlier is None or request.GET.get("against") == "standard" else "last"
    before = standard_blocks(letter) if against == "standard" or earlier is None else earlier.blocks
    context = {
        "complaint": complaint, "letter": letter, "clause_states": clause_states(letter), "review": now_asked,
        "earlier": earlier, "against": against, "parts": compare(before, letter.blocks), "rounds": rounds[1:],
        "waits": now_asked.verdict == Review.Verdict.WAITING, "bound": letter.digest == now_asked.letter_digest,
        "own": now_asked.asked_by_id == user.pk, "may_review": user.is_lead, "now": timezone.now(),
        "viewer_zone": user.zone,
    }  # fmt: skip
    return render(request, "desk/review.html", context)
