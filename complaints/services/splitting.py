"""One complaint that holds two matters becomes two, and one again while nothing has happened on the second.

Until the split it was one complaint: what the law saw of it, it saw of both. So the second keeps the receipt, the
acknowledgement and whatever else a clock looks at; what else goes with it is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from complaints import telling
from complaints.errors import Refused
from complaints.models import Attachment, Category, Complaint, Entry, Finding, Kind, Link, LinkKind, State
from complaints.models.complaint import WORKING
from complaints.models.story import LAW_EVENT
from complaints.services import announcing
from complaints.services.clocks import follow_the_law
from complaints.services.law import facts_of, standing
from complaints.services.merging import lock_both
from complaints.services.points import next_point
from complaints.services.references import allot
from complaints.services.step import begin, finish, keep, move, only_while, words
from complaints.services.story import lock, record
from complaints.services.words import keep_words
from users.models import User
from users.words import one_line

SPLITTABLE: list[str] = [State.RECEIVED, *WORKING]
WHEN = "A complaint is split before its answer is in review, sent, or no longer needed."
# What goes with the second matter of itself. That the customer accepted stays: it was said of the first.
CARRIED = (frozenset(LAW_EVENT) - {Kind.RECEIVED, Kind.ACCEPTED}) | {
    Kind.TRIAGED, Kind.INVESTIGATION_STARTED, Kind.HAPPENED,
}  # fmt: skip
# What may go with it.
CHOSEN = frozenset({Kind.NOTED, Kind.ASKED_THIRD_PARTY, Kind.THIRD_PARTY_REPLIED})
# What an entry says of its own complaint alone.
OWN = frozenset({"facts", "letter", "digest", "body_digest"})


@transaction.atomic
def split(
    complaint_id: int,
    *,
    subject: str,
    narrative: str,
    category: Category,
    reason: str,
    entries: Sequence[int] = (),
    files: Sequence[int] = (),
    points: Sequence[int] = (),
    actor: User,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Make a second complaint of part of this one; both keep the receipt. Returns the second."""
    complaint = begin(complaint_id, "split", actor=actor, version=version)
    only_while(complaint, SPLITTABLE, WHEN)
    if points and complaint.decisions.exists():
        raise Refused("The decision answers every point. Split without points, or before deciding.")
    story = list(complaint.story.select_related("actor").order_by("seq"))
    chosen = _chosen(story, entries)
    second = _second(complaint, subject=words(subject), narrative=words(narrative), category=category, at=at)
    second.save()
    keep_words([second.pk])
    record(
        second, Kind.RECEIVED, actor=actor, at=at, occurred_at=complaint.received_at, channel=str(complaint.channel),
        facts=facts_of(second), split_from=complaint.reference,
    )  # fmt: skip
    for entry in standing(story):
        if entry.kind in CARRIED or entry.seq in chosen:
            _copy(entry, second, complaint.reference, at=at)
    names = [_copy_file(pk, complaint, second, at=at) for pk in files]
    moved = [_move_point(number, complaint, second, actor=actor, at=at) for number in points]
    follow_the_law(second, at=at)
    second.save()
    announcing.registered(second, at=at)
    _relate(complaint, second, words(reason), actor=actor, at=at)
    record(
        complaint, Kind.SPLIT, actor=actor, at=at, into=second.reference, text=words(reason), points=moved,
        entries=sorted(chosen), files=names,
    )  # fmt: skip
    keep(complaint)
    return second


@transaction.atomic
def undo_split(complaint_id: int, *, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """End the second complaint again as part of the first, with its points. Returns the first."""
    made = Link.objects.filter(other=complaint_id, kind=LinkKind.SPLIT).first()
    lock_both(complaint_id, made.complaint_id if made else complaint_id)
    second = begin(complaint_id, "split", actor=actor, version=version)
    if made is None:
        raise Refused("This complaint was not split from another.")
    first = lock(made.complaint_id)
    if reason := undo_refusal(second, first):
        raise Refused(reason)
    move(second, second.merge, at=at)
    second.merged_into = first
    record(second, Kind.MERGED, actor=actor, at=at, into=first.reference, split_undone=True)
    taken = set(first.findings.values_list("number", flat=True))
    for entry in second.story.filter(kind=Kind.FINDING):
        number = entry.data["was_number"]
        free = number if number not in taken else next_point(first)
        Finding.objects.filter(complaint=second, number=entry.data["number"]).update(complaint=first, number=free)
        taken.add(free)
    made.delete()
    record(first, Kind.SPLIT_UNDONE, actor=actor, at=at, other=second.reference)
    finish(second, at=at)
    return keep(first)


def undo_refusal(second: Complaint, first: Complaint) -> str:
    """Return why the split cannot be undone; "" when it can."""
    # A new complaint's version grows with the first thing a person does to it.
    if second.version > 1:
        last = second.story.filter(actor__isnull=False).select_related("actor").order_by("seq").last()
        what = f"{last.actor.name} {telling.tell(last).verb}" if last and last.actor else "Somebody worked on it"
        return f"{what} since the split. Merge it into {first.reference} instead."
    if first.state not in SPLITTABLE:
        return f"{first.reference} is {first.get_state_display().lower()}, so the split stands."
    return ""


def _chosen(story: Sequence[Entry], entries: Sequence[int]) -> set[int]:
    """Return the places of the entries to take along; refuse what cannot be."""
    may = {entry.seq for entry in story if entry.kind in CHOSEN}
    if not may.issuperset(entries):
        raise Refused("Only notes and what third parties were asked or answered can be chosen. The rest goes along.")
    return set(entries)


def _second(complaint: Complaint, *, subject: str, narrative: str, category: Category, at: datetime) -> Complaint:
    same = category == complaint.category
    return Complaint(
        reference=allot(at.year)[0], source=complaint.source, imported=complaint.imported, state=complaint.state,
        subject=one_line(subject)[:200], narrative=narrative, channel=complaint.channel,
        respondent=complaint.respondent, complainant=complaint.complainant, category=category,
        complaint_class=list(complaint.complaint_class) if same else [category.complaint_class],
        facts=dict(complaint.facts), language=complaint.language, currency=complaint.currency, owner=complaint.owner,
        team=complaint.team,
        received_at=complaint.received_at, registered_at=at, state_since=at, last_event_at=at,
        acknowledged_at=complaint.acknowledged_at,
    )  # fmt: skip


def _copy(entry: Entry, second: Complaint, reference: str, *, at: datetime) -> None:
    """Write an entry into the second story too: who did it and when stays, and it says where it is from."""
    data = {key: value for key, value in entry.data.items() if key not in OWN}
    record(
        second, entry.kind, actor=entry.actor, at=at, occurred_at=entry.occurred_at,
        **{**data, "copied_from": {"reference": reference, "seq": entry.seq}},
    )  # fmt: skip


def _copy_file(pk: int, complaint: Complaint, second: Complaint, *, at: datetime) -> str:
    """Keep the same stored file with the second complaint as well."""
    kept = Attachment.objects.filter(complaint=complaint, pk=pk).select_related("added_by").first()
    if kept is None:
        raise Refused("This file is not one of the complaint's. Look at the case again.")
    again = Attachment.objects.create(
        complaint=second, file=kept.file.name, name=kept.name, media_type=kept.media_type, size=kept.size,
        sha256=kept.sha256, added_by=kept.added_by, added_at=kept.added_at,
    )  # fmt: skip
    record(
        second, Kind.ATTACHED, actor=kept.added_by, at=at, occurred_at=kept.added_at, attachment=again.pk,
        name=kept.name, size=kept.size, sha256=kept.sha256, copied_from={"reference": complaint.reference},
    )  # fmt: skip
    return kept.name


def _move_point(number: int, complaint: Complaint, second: Complaint, *, actor: User, at: datetime) -> int:
    """Give a finding to the second complaint, whose letter will answer it."""
    finding = complaint.findings.filter(number=number).first()
    if finding is None:
        raise Refused(f"There is no point {number}. Look at the case again.")
    finding.complaint, finding.number = second, next_point(second)
    finding.save(update_fields=["complaint", "number"])
    record(
        second, Kind.FINDING, actor=actor, at=at, occurred_at=finding.recorded_at, number=finding.number,
        point=finding.point, upheld=finding.upheld, text=finding.text, was_number=number,
        copied_from={"reference": complaint.reference},
    )  # fmt: skip
    return number


def _relate(complaint: Complaint, second: Complaint, reason: str, *, actor: User, at: datetime) -> None:
    Link.objects.create(
        complaint=complaint, other=second, kind=LinkKind.SPLIT, reason=reason[:300], made_by=actor, made_at=at
    )
