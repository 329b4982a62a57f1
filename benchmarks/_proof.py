"""Counts what a burst left: a speed figure with a lost, doubled or wrong deadline is none."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from django.db.models import Count, Q

from complaints.models import Clock, Complaint, Entry, Kind
from complaints.models.story import chain
from correspondence.models import OutboundMail
from escalations.models import Escalation, Notice
from regulations.models import ClockStatus

SAMPLE = 2_000


def wrong(number: int, *, at: datetime) -> dict[str, int]:
    """Return how much is lost, doubled, early or broken; every figure must be 0."""
    missed = Entry.objects.filter(kind=Kind.CLOCK_MISSED)
    per_complaint = Complaint.objects.aggregate(
        none=Count("pk", filter=Q(next_check_at__isnull=False)),
        short=Count("pk", filter=~Q(story_length=4)),
    )
    doubled = missed.values("complaint").annotate(times=Count("pk")).filter(times__gt=1).count()
    return {
        "lost": number - Clock.objects.filter(obligation="final_response", status=ClockStatus.MISSED).count(),
        "not_settled": per_complaint["none"],
        "doubled": doubled,
        "early": missed.filter(recorded_at__lt=at).count(),
        "wrong_length": per_complaint["short"],
        "escalations": Escalation.objects.count() - number,
        "entries": Entry.objects.filter(kind=Kind.ESCALATED).count() - number,
        "notices": Notice.objects.count() - 2 * number,
        "mails": OutboundMail.objects.count() - number,
        "broken_links": broken_links(),
    }


def broken_links() -> int:
    """Return how many of the sampled stories do not chain on from what was there before the sweep."""
    chosen = list(Complaint.objects.order_by("story_digest").values_list("pk", flat=True)[:SAMPLE])
    heads = dict(Complaint.objects.filter(pk__in=chosen).values_list("pk", "story_digest"))
    entries = Entry.objects.filter(complaint__in=chosen).order_by("complaint", "seq")
    broken = 0
    for complaint, told in groupby(entries, key=lambda entry: entry.complaint_id):
        story = list(told)
        previous, good = _before(story), True
        for entry in story[2:]:
            previous = chain(
                previous, seq=entry.seq, kind=entry.kind, occurred_at=entry.occurred_at,
                recorded_at=entry.recorded_at, actor=str(entry.actor_id or ""), data=entry.data,
            )  # fmt: skip
            good &= previous == entry.digest
        broken += not (good and previous == heads[complaint])
    return broken


def _before(story: list[Entry]) -> str:
    """Return the digest the complaint had before the sweep; a burst's complaint has two entries then."""
    return story[1].digest
