"""Two complaints that are one: merge them, and undo it while nobody has answered for both."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from complaints.errors import Refused, Stale
from complaints.models import Complaint, Kind, State
from complaints.refusals import refusal
from complaints.services.law import standing
from complaints.services.step import begin, finish, move
from complaints.services.story import CHANGED, lock, record
from users.models import User

SPLIT_UNDONE = "The split was undone, which is no merge. Split the other complaint again instead."


@transaction.atomic
def merge(complaint_id: int, *, into: Complaint, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """End this complaint as part of another, which keeps the earliest receipt of the two. Returns the ended one."""
    if into.pk == complaint_id:
        raise Refused("A complaint cannot be merged into itself.")
    lock_both(complaint_id, into.pk)
    complaint = begin(complaint_id, "end", actor=actor, version=version)
    winner = begin(into.pk, "end", actor=actor, version=None)
    if winner.is_finished:
        raise Refused(f"{winner.reference} has ended. Merge into a complaint that is open.")
    if winner.complainant.name.casefold() != complaint.complainant.name.casefold():
        raise Refused("Only complaints of the same customer can be merged.")
    was = str(complaint.state)
    move(complaint, complaint.merge, at=at)
    complaint.merged_into = winner
    record(complaint, Kind.MERGED, actor=actor, at=at, into=winner.reference, was=was)
    record(
        winner, Kind.RECEIVED, actor=actor, at=at, occurred_at=complaint.received_at, merged_from=complaint.reference,
        text=complaint.subject,
    )  # fmt: skip
    winner.received_at = min(winner.received_at, complaint.received_at)
    finish(winner, at=at)
    return finish(complaint, at=at)


@transaction.atomic
def undo_merge(complaint_id: int, *, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Make both complaints again what their stories say they were. Returns the one that had ended."""
    into = Complaint.objects.filter(pk=complaint_id).values_list("merged_into", flat=True).first()
    lock_both(complaint_id, into or complaint_id)
    complaint = begin(complaint_id, "end", actor=actor, version=version)
    if complaint.merged_into_id != into:
        # Undone and merged elsewhere while we waited: the locks we hold are not those of the two it concerns now.
        raise Stale(CHANGED)
    if reason := undo_refusal(complaint):
        raise Refused(reason)
    # Whoever may undo the end of this one gives the other back what is its own: they need not see it.
    winner = lock(into or complaint_id)
    merged = complaint.story.filter(kind=Kind.MERGED).latest("seq")
    taken = winner.story.filter(kind=Kind.RECEIVED, data__merged_from=complaint.reference).order_by("seq").last()
    if merged.data.get("split_undone"):
        raise Refused(SPLIT_UNDONE)
    if "was" not in merged.data or taken is None:
        raise Refused("This merge was made before merges could be undone. Register the complaint again instead.")
    complaint.unmerge(State(merged.data["was"]))
    complaint.merged_into, complaint.state_since, complaint.moved_from = None, at, str(State.MERGED)
    record(complaint, Kind.UNMERGED, actor=actor, at=at, into=winner.reference)
    record(winner, Kind.UNMERGED, actor=actor, at=at, merged_from=complaint.reference, undoes=taken.seq)
    receipts = [entry.occurred_at for entry in standing(list(winner.story.all())) if entry.kind == Kind.RECEIVED]
    winner.received_at = min(receipts, default=winner.received_at)
    finish(winner, at=at)
    return finish(complaint, at=at)


def undo_refusal(complaint: Complaint) -> str:
    """Return why the merge cannot be undone; "" when it can. Reads the complaint it was merged into."""
    winner = complaint.merged_into
    if refusal(complaint.unmerge) or winner is None:
        return "This complaint is not merged into another."
    if winner.responded_at is not None:
        answered = winner.responded_at.astimezone(ZoneInfo(complaint.respondent.zone))
        return f"{winner.reference} was answered for both on {answered:%-d %B %Y}, so the merge stands."
    if winner.state == State.MERGED:
        return f"{winner.reference} was itself merged. Undo that merge first."
    return f"{winner.reference} has ended for both, so the merge stands." if winner.is_finished else ""


def lock_both(one: int, other: int) -> None:
    """Take both locks, always the lower number first, so that two people never wait for each other."""
    for pk in sorted({one, other}):
        lock(pk)
