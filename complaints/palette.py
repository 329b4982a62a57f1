"""What the command palette offers for some words: steps of the open case, complaints and people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext

from complaints import policy, search, steps
from complaints.casefile import first_owed, open_case
from complaints.composer import BOXES
from complaints.errors import NotVisible
from complaints.models import Clock, Complaint, StandardText
from complaints.services import macro_book
from complaints.steps import Step
from users.models import User

COMPLAINTS, PEOPLE = 8, 5


@dataclass(frozen=True, slots=True)
class Hit:
    """A complaint that was found, with the first clock to breach."""

    complaint: Complaint
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class Verb:
    """A macro to run or a text to put in, by the key of its row; `where` is the box of the composer a text is for."""

    pk: int
    label: str
    where: str = ""
    key: str = ""


# What is written in the composer, with the key that goes there.
WRITES = (
    Verb(0, "Reply to the customer", "ask_customer", "r"),
    Verb(0, "Write a note", "note", "n"),
    Verb(0, "Write to another team", "ask_task", "o"),
)


@dataclass(frozen=True, slots=True)
class Palette:
    """What was found for some words."""

    on: Complaint | None = None
    steps: list[Step] = field(default_factory=list)
    macros: list[Verb] = field(default_factory=list)
    writes: list[Verb] = field(default_factory=list)
    texts: list[Verb] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    meant: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.steps or self.macros or self.writes or self.texts or self.hits or self.people)


def palette(user: User, text: str, *, on: str = "", most: int = COMPLAINTS) -> Palette:
    """Return what these words find; without words, the steps of the open case alone."""
    complaint = _opened(user, on)
    possible = steps.steps(complaint, user) if complaint else []
    words = text.lower().split()
    # A step is found by its English name as well: that is what colleagues call it.
    verbs = [step for step in possible if all(word in f"{step.label} {gettext(step.label)}".lower() for word in words)]
    verbs.sort(key=lambda step: not step.allowed)
    told = Palette(complaint, verbs)
    if complaint is not None and user.role in policy.ACTIONS["note"]:
        told = replace(told, macros=_macros(words), writes=_fitting([*WRITES], words), texts=_texts(words))
    if not words:
        return told
    # What is open first, then what is finished, newest first.
    found = search.find(policy.visible(user), text, most=most, open_first=True)
    people = User.objects.filter(is_active=True, role__in=policy.ACTIONS["assign"], name__icontains=text)
    named = list(people.select_related("team").order_by("name")[:PEOPLE])
    return replace(told, hits=_hits(found.ids), people=named, meant=found.meant)


def _macros(words: list[str]) -> list[Verb]:
    """Return the macros that can be run on the open case."""
    rows = macro_book.offered().values_list("pk", "name")
    return _fitting([Verb(pk, f"Macro: {name}") for pk, name in rows], words)


def _texts(words: list[str]) -> list[Verb]:
    """Return the standard texts that can be put into the composer of the open case."""
    rows = StandardText.objects.filter(is_current=True, is_offered=True, purpose__in=BOXES)
    named = rows.order_by("name", "language").values_list("pk", "name", "language", "purpose")
    return _fitting([Verb(pk, f"Insert text: {name} ({lang})", where) for pk, name, lang, where in named], words)


def _fitting(verbs: list[Verb], words: list[str]) -> list[Verb]:
    return [verb for verb in verbs if all(word in verb.label.lower() for word in words)]


def _opened(user: User, reference: str) -> Complaint | None:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,20}", reference):
        return None
    try:
        return open_case(user, reference)
    except NotVisible:
        return None


def _hits(pks: list[int]) -> list[Hit]:
    clocks: QuerySet[Clock] = Clock.objects.filter(kind="D", ends_at__isnull=False).order_by("ends_at", "id")
    rows = Complaint.objects.filter(pk__in=pks).select_related("complainant", "respondent")
    there = {row.pk: row for row in rows.prefetch_related(Prefetch("clocks", clocks))}
    return [Hit(there[pk], first_owed(list(there[pk].clocks.all()))) for pk in pks if pk in there]
