"""Words somebody has begun, kept on the server so that a closed window loses nothing."""

from __future__ import annotations

from datetime import datetime

from complaints import policy
from complaints.composer import BOXES
from complaints.errors import Refused
from complaints.models import Complaint, Draft
from users.models import User

KEPT = frozenset({*BOXES, "letter"})
# As many as a note may have; a letter's draft carries each paragraph twice, as it was and as it is.
LONGEST, LONGEST_LETTER = 20_000, 400_000


def kept(complaint: Complaint, *, user: User) -> dict[str, Draft]:
    """Return this person's drafts on this complaint, by purpose."""
    return {draft.purpose: draft for draft in Draft.objects.filter(complaint=complaint, user=user)}


def keep(complaint: Complaint, *, purpose: str, text: str, actor: User, at: datetime) -> None:
    """Keep the words as they stand; nothing left to keep drops the draft. Needs no lock: a draft is one person's."""
    policy.require(actor, "note", complaint)
    if purpose not in KEPT:
        raise Refused("This kind of draft is not kept.")
    words, most = text.replace("\x00", ""), LONGEST_LETTER if purpose == "letter" else LONGEST
    if len(words) > most:
        # Half of it kept would be called kept, and the rest would be gone.
        raise Refused(
            f"Too long to be kept as a draft: {len(words):,} characters, at most {most:,}. Attach it as a file."
        )
    if not words.strip():
        drop(complaint, purpose=purpose, actor=actor)
        return
    Draft.objects.update_or_create(
        complaint=complaint, user=actor, purpose=purpose, defaults={"text": words, "saved_at": at}
    )


def drop(complaint: Complaint, *, purpose: str, actor: User) -> None:
    """Forget a draft whose words were sent."""
    Draft.objects.filter(complaint=complaint, user=actor, purpose=purpose).delete()
