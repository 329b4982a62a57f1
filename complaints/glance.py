"""A complaint at a glance, without leaving the list: what is due and why, and what the customer said last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Func, OuterRef, Prefetch, Subquery, TextField, Value

from complaints import policy
from complaints.casefile import first_owed, in_order, still_matters
from complaints.errors import NotVisible
from complaints.models import Clock, Complaint, Entry, Kind
from complaints.queues import open_clocks
from users.models import User

WORDS_SHOWN = 600


@dataclass(frozen=True, slots=True)
class Glance:
    """What is shown of one complaint beside or beneath its row."""

    complaint: Complaint
    clock: Clock | None
    others: list[Clock]
    words: str
    replied: bool


def glance(user: User, reference: str, *, now: datetime) -> Glance:
    """Return a complaint at a glance, in two statements, or raise NotVisible."""
    found: Any = policy.visible(user).select_related("respondent", "complainant", "owner", "category", "team")
    found = found.annotate(last_words=_last_words()).prefetch_related(Prefetch("clocks", open_clocks()))
    complaint = found.filter(reference=reference).first()
    if complaint is None:
        raise NotVisible("This complaint does not exist.")
    clocks = list(complaint.clocks.all())
    first = first_owed(clocks)
    others = [clock for clock in in_order(clocks, now=now) if clock is not first and still_matters(clock, now=now)]
    words = (complaint.last_words or complaint.narrative).strip()
    return Glance(complaint, first, others, words[:WORDS_SHOWN], bool(complaint.last_words))


def _last_words() -> Subquery:
    """The customer's newest reply, or nothing."""
    replies = Entry.objects.filter(complaint=OuterRef("pk"), kind=Kind.CUSTOMER_REPLIED).order_by("-seq")
    text = Func(F("data"), Value("text"), function="jsonb_extract_path_text", output_field=TextField())
    return Subquery(replies.values(said=text)[:1])
