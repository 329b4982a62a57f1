"""Who a note names with an @: a row for each who may see the complaint, and a sentence for each who is not told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from complaints import policy
from complaints.models import Complaint, Entry, Mention
from users.models import User

# Within an address the sign names nobody, and before a blank it is just a sign.
NAMED = re.compile(r"(?<![\w.@])@(?=\w)")


@dataclass(slots=True)
class Named:
    """Who is to be told, and why others are not, one sentence each."""

    told: list[User] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)


def named_in(text: str, complaint: Complaint) -> Named:
    """Return whom these words name. Nobody learns of a complaint they may not see."""
    named, places = Named(), [text[place.end() :] for place in NAMED.finditer(text)]
    people = list(User.objects.filter(is_active=True).order_by("name", "pk")) if places else []
    for words in places:
        found = _meant(words, people)
        if not found:
            called = words.split()[0].rstrip(".,;:!?)")[:60]
            _say(named, f"Nobody here is called “@{called}”. Write the full name or the address.")
        elif len(found) > 1:
            _say(named, f"{len(found)} people are called {found[0].name}; none was told. Write the address.")
        elif not policy.is_visible(found[0], complaint):
            _say(named, f"{found[0].name} may not see this complaint and was not told.")
        elif found[0] not in named.told:
            named.told.append(found[0])
    return named


def mention(entry: Entry, people: Iterable[User], *, actor: User, at: datetime) -> None:
    """Write down whom a note names, in its transaction; the room above tells them. Nobody tells themselves."""
    Mention.objects.bulk_create(
        Mention(complaint_id=entry.complaint_id, entry=entry, user=person, at=at)
        for person in people
        if person.pk != actor.pk
    )


def _meant(words: str, people: Sequence[User]) -> list[User]:
    """Return those whose address or name these words begin with; of two such names the longer is meant."""
    said = words.casefold()
    best, found = 0, list[User]()
    for person in people:
        for called in (person.email.casefold(), person.name.casefold()):
            if not called or not said.startswith(called) or said[len(called) : len(called) + 1].isalnum():
                continue
            if len(called) > best:
                best, found = len(called), []
            if len(called) == best and person not in found:
                found.append(person)
    return found


def _say(named: Named, sentence: str) -> None:
    if sentence not in named.unheard:
        named.unheard.append(sentence)
