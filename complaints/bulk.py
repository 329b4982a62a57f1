"""One act on several complaints: each through its own service, each with its own outcome in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from complaints import policy
from complaints.errors import NotAllowed, NotVisible, Refused
from complaints.models import Complaint, Macro
from complaints.services import case, macros, tags
from complaints.services.macros import STEPS
from users.models import User

MOST = 100
Pick = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one complaint, in words."""

    reference: str
    subject: str
    done: bool
    said: str


def picks(chosen: list[str]) -> list[Pick]:
    """Read what was picked, "reference@version" each; what nobody could have picked is left out."""
    parts = [one.rpartition("@") for one in dict.fromkeys(chosen)]
    return [
        (reference, int(version))
        for reference, _, version in parts
        if "\x00" not in reference and version.isdecimal() and len(version) < 10
    ]


def assign(picked: list[Pick], *, owner: User, actor: User, at: datetime) -> list[Outcome]:
    """Give each to this person."""

    def give(complaint: Complaint, version: int) -> str:
        case.assign(complaint.pk, owner=owner, actor=actor, at=at, version=version)
        return f"Given to {owner.name}."

    return each(picked, give, actor=actor)


def step(picked: list[Pick], key: str, *, actor: User, at: datetime) -> list[Outcome]:
    """Take this step on each."""
    if key not in STEPS:
        raise Refused("Choose a step for the chosen complaints first.")
    label, service = STEPS[key]

    def take(complaint: Complaint, version: int) -> str:
        service(complaint.pk, actor=actor, at=at, version=version)
        return f"{label}: done."

    return each(picked, take, actor=actor)


def tag(picked: list[Pick], *, add: str = "", remove: str = "", actor: User, at: datetime) -> list[Outcome]:
    """Put these tags on each, or take them off."""
    adding, removing = tags.names(add), tags.names(remove)
    if not adding and not removing:
        raise Refused("Write a tag for the chosen complaints first.")
    words = ", ".join(adding or removing)

    def put(complaint: Complaint, version: int) -> str:
        after = tags.tag(complaint.pk, add=adding, remove=removing, actor=actor, at=at, version=version)
        if after.version == version:
            return "It has the tag already." if adding else "It has no such tag."
        return f"Tagged {words}." if adding else f"Taken off: {words}."

    return each(picked, put, actor=actor)


def macro(picked: list[Pick], found: Macro | None, *, actor: User, at: datetime) -> list[Outcome]:
    """Run this macro on each: all of it or nothing of it."""
    if found is None:
        raise Refused("Choose a macro for the chosen complaints first.")
    said = "; ".join(act.said for act in macros.acts(found))

    def take(complaint: Complaint, version: int) -> str:
        macros.run(complaint.pk, macro=found, actor=actor, at=at, version=version)
        return f"{said}: done."

    return each(picked, take, actor=actor)


def each(picked: list[Pick], act: Callable[[Complaint, int], str], *, actor: User) -> list[Outcome]:
    """Return the outcomes, what failed first. One that is refused keeps no other from being done."""
    if not picked:
        raise Refused("Choose at least one complaint first.")
    if len(picked) > MOST:
        raise Refused(f"Choose at most {MOST} complaints at a time.")
    seen = {one.reference: one for one in policy.visible(actor).filter(reference__in=[name for name, _ in picked])}
    outcomes = [_one(seen.get(reference), reference, version, act) for reference, version in picked]
    return sorted(outcomes, key=lambda outcome: outcome.done)


def _one(complaint: Complaint | None, reference: str, version: int, act: Callable[[Complaint, int], str]) -> Outcome:
    if complaint is None:
        return Outcome(reference, "", False, "This complaint does not exist.")
    try:
        return Outcome(reference, complaint.subject, True, act(complaint, version))
    except (Refused, NotAllowed, NotVisible) as refused:
        return Outcome(reference, complaint.subject, False, str(refused))
