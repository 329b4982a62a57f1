"""Run a macro: each act through its own service, all of them or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from complaints import policy
from complaints.errors import Refused, Stale
from complaints.models import Complaint, Macro, Purpose, StandardText
from complaints.services import case, ending, response, tags, texts
from complaints.services.step import begin
from users.models import User

# What asks for nothing more than the complaint itself, and can be done to many without reading each.
STEPS: dict[str, tuple[str, Callable[..., Complaint]]] = {
    "acknowledge": ("Send acknowledgement", response.acknowledge),
    "start_investigation": ("Start investigation", case.start_investigation),
    "close": ("Close", ending.close),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a macro: what it does in words, and the service that does it with the complaint's key."""

    said: str
    do: Callable[[int, User, datetime], Complaint]


@transaction.atomic
def run(complaint_id: int, *, macro: Macro, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Take every act of the macro in its order; where one is refused none was taken."""
    complaint = begin(complaint_id, "note", actor=actor, version=version)
    if not (macro.is_current and macro.is_offered):
        raise Refused("This macro was changed or taken out of use meanwhile. Choose one from the list again.")
    for act in acts(macro):
        try:
            complaint = act.do(complaint_id, actor, at)
        except Stale:
            raise
        except Refused as refused:
            raise Refused(f"{act.said}: {refused} Nothing of the macro was done.") from refused
    return complaint


def acts(macro: Macro) -> list[Act]:
    """Return the acts in the order they are taken: what moves the case, what is kept and sent, whose it is last."""
    found: list[Act] = []
    if macro.step:
        label, service = STEPS[macro.step]
        found.append(Act(label, lambda pk, actor, at: service(pk, actor=actor, at=at)))
    if macro.tags or macro.tags_off:
        found.append(Act(_tagging(macro), lambda pk, actor, at: tags.tag(
            pk, add=macro.tags, remove=macro.tags_off, actor=actor, at=at)))  # fmt: skip
    if macro.note_text:
        found.append(_write(macro.note_text, Purpose.NOTE))
    if macro.question_text:
        found.append(_write(macro.question_text, Purpose.ASK_CUSTOMER))
    if macro.gives_to_runner or macro.owner:
        name = macro.owner.name if macro.owner else "whoever runs it"
        found.append(Act(f"Give it to {name}", lambda pk, actor, at: case.assign(
            pk, owner=macro.owner or actor, actor=actor, at=at)))  # fmt: skip
    return found


def _tagging(macro: Macro) -> str:
    on, off = ", ".join(macro.tags), ", ".join(macro.tags_off)
    if on and off:
        return f"Tag it {on} and take the tag {off} off"
    return f"Tag it {on}" if on else f"Take off the tag {off}"


def _write(key: UUID, purpose: Purpose) -> Act:
    text = texts.offered_for(purpose).filter(key=key).first()
    name = f"“{text.name}”" if text else "a text that is no longer offered"
    said = f"Note {name}" if purpose == Purpose.NOTE else f"Ask the customer with {name}"

    def do(pk: int, actor: User, at: datetime) -> Complaint:
        words = _words(text, pk, actor)
        if purpose == Purpose.NOTE:
            return case.note(pk, text=words, actor=actor, at=at)
        return case.ask_customer(pk, question=words, actor=actor, at=at)

    return Act(said, do)


def _words(text: StandardText | None, pk: int, actor: User) -> str:
    if text is None:
        raise Refused("A lead must choose another text for this macro.")
    complaint = policy.visible(actor).get(pk=pk)
    return texts.filled(complaint, text_id=str(text.pk), purpose=text.purpose, actor=actor).text
