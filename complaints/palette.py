"""What the command palette offers for some words: steps of the open case, complaints and people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext

from complaints import policy, search, steps
from complaints.casefile import first_owed, open_case
from complaints.errors import NotVisible
from complaints.models import Clock, Complaint
from complaints.models.complaint import FINISHED
from complaints.steps import Step
from users.models import User

COMPLAINTS, PEOPLE = 8, 5


@dataclass(frozen=True, slots=True)
class Hit:
    """A complaint that was found, with the first clock to breach."""

    complaint: Complaint
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class Palette:
    """What was found for some words."""

    on: Complaint | None = None
    steps: list[Step] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    meant: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.steps or self.hits or self.people)


def palette(user: User, text: str, *, on: str = "", most: int = COMPLAINTS) -> Palette:
    """Return what these words find; without words, the steps of the open case alone."""
    complaint = _opened(user, on)
    possible = steps.steps(complaint, user) if complaint else []
    words = text.lower().split()
    # A step is found by its English name as well: that is what colleagues call it.
    verbs = [step for step in possible if all(word in f"{step.label} {gettext(step.label)}".lower() for word in words)]
    verbs.sort(key=lambda step: not step.allowed)
    if not words:
        return Palette(complaint, verbs)
    pks, meant = _found(user, text, most)
    people = User.objects.filter(is_active=True, role__in=policy.ACTIONS["assign"], name__icontains=text)
    return Palette(complaint, verbs, _hits(pks), list(people.select_related("team").order_by("name")[:PEOPLE]), meant)


def _opened(user: User, reference: str) -> Complaint | None:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,20}", reference):
        return None
    try:
        return open_case(user, reference)
    except NotVisible:
        return None


def _found(user: User, text: str, most: int) -> tuple[list[int], str]:
    """Return the keys to show: what is open first, then what is finished, newest first."""
    seen = policy.visible(user)
    still_open = search.find(seen.exclude(state__in=FINISHED), text, most=most)
    pks = sorted(still_open.ids, reverse=True)[:most]
    if len(pks) >= most:
        return pks, still_open.meant
    rest = search.find(seen.filter(state__in=FINISHED), text, most=most)
    return (pks + sorted(rest.ids, reverse=True))[:most], still_open.meant or rest.meant


def _hits(pks: list[int]) -> list[Hit]:
    clocks: QuerySet[Clock] = Clock.objects.filter(kind="D", ends_at__isnull=False).order_by("ends_at", "id")
    rows = Complaint.objects.filter(pk__in=pks).select_related("complainant", "respondent")
    there = {row.pk: row for row in rows.prefetch_related(Prefetch("clocks", clocks))}
    return [Hit(there[pk], first_owed(list(there[pk].clocks.all()))) for pk in pks if pk in there]
