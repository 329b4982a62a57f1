"""The one lock, and the one way into the story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from complaints.errors import NotVisible, Stale
from complaints.models import Complaint, Entry
from complaints.models.story import chain
from complaints.services.sets import insert_rows, update_rows
from users.models import User

START = "0" * 64
CHANGED = "Somebody changed this complaint since you opened it. Look at it again, then decide."
# What entries and the sweep change of a complaint.
MOVED = ("story_length", "story_digest", "last_event_at", "next_due_at", "next_check_at", "owner_check_at")


def lock(complaint_id: int, *, version: int | None = None) -> Complaint:
    """Return the complaint, held until the transaction ends; refuse a form opened on an older version."""
    # The complaint row is the one lock: whoever holds it may change all that belongs to it.
    complaint = Complaint.objects.select_for_update().filter(pk=complaint_id).first()
    if complaint is None:
        raise NotVisible("This complaint does not exist.")
    if version is not None and version != complaint.version:
        raise Stale(CHANGED)
    return complaint


def append(
    complaint: Complaint,
    kind: str,
    *,
    actor: User | None,
    at: datetime,
    occurred_at: datetime | None,
    data: dict[str, object],
) -> Entry:
    """Return the next entry of the story, unsaved, and move the complaint's end of the chain to it."""
    happened = occurred_at or at
    complaint.story_length += 1
    complaint.story_digest = chain(
        complaint.story_digest, seq=complaint.story_length, kind=kind, occurred_at=happened, recorded_at=at,
        actor=str(actor.pk) if actor else "", data=data,
    )  # fmt: skip
    complaint.last_event_at = at
    return Entry(
        complaint_id=complaint.pk, seq=complaint.story_length, kind=kind, actor_id=actor.pk if actor else None,
        occurred_at=happened, recorded_at=at, data=data, digest=complaint.story_digest,
    )  # fmt: skip


def record(
    complaint: Complaint,
    kind: str,
    *,
    actor: User | None,
    at: datetime,
    occurred_at: datetime | None = None,
    **data: object,
) -> Entry:
    """Write down what happened, under the complaint's lock. The caller saves the complaint."""
    entry = append(complaint, kind, actor=actor, at=at, occurred_at=occurred_at, data=data)
    entry.save()
    return entry


def first_broken_link(entries: Iterable[Entry]) -> int | None:
    """Return the place of the first entry whose digest does not follow from the one before; None when whole."""
    previous = START
    for expected, entry in enumerate(entries, 1):
        digest = chain(
            previous, seq=entry.seq, kind=entry.kind, occurred_at=entry.occurred_at, recorded_at=entry.recorded_at,
            actor=str(entry.actor_id or ""), data=entry.data,
        )  # fmt: skip
        if entry.seq != expected or digest != entry.digest:
            return expected
        previous = digest
    return None


def tell(entries: Sequence[Entry]) -> None:
    """Write these entries down, in their order."""
    insert_rows(entries)


def save_all(complaints: Sequence[Complaint], entries: Sequence[Entry]) -> None:
    """Write the entries, and what they and the sweep changed of their complaints. The caller holds the locks."""
    tell(entries)
    update_rows(complaints, MOVED)
