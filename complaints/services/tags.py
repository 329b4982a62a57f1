"""Put tags on a complaint and take them off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from complaints.errors import Refused
from complaints.models import Complaint, Kind, Tag, Tagging
from complaints.models.tags import LONGEST
from complaints.services.step import begin, keep
from complaints.services.story import record
from users.models import User

# On one complaint, and in the house: a longer list nobody reads through.
MOST, MOST_IN_THE_HOUSE = 12, 300
# Signs that turn text around or cannot be seen make two tags that look like one.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def names(text: str) -> list[str]:
    """Return the tags of a line, which are parted by commas, as they are kept; refuse one that is too long."""
    return cleaned(text.split(","))


def cleaned(given: Iterable[str]) -> list[str]:
    """Return these tags as they are kept: small, without spare room, each once and in order."""
    found = sorted({" ".join(UNSEEN.sub("", one).replace(",", " ").split()).lower() for one in given} - {""})
    for one in found:
        if len(one) > LONGEST:
            raise Refused(f"A tag has at most {LONGEST} characters. Shorten “{one[:LONGEST]}…”.")
    return found


@transaction.atomic
def tag(
    complaint_id: int,
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    actor: User,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Put tags on and take tags off. Where nothing changes by it nothing is written, and the version stays."""
    complaint = begin(complaint_id, "tag", actor=actor, version=version)
    stands = set(complaint.tags)
    added, removed = sorted(set(cleaned(add)) - stands), sorted((set(cleaned(remove)) & stands) - set(cleaned(add)))
    if not added and not removed:
        return complaint
    complaint.tags = sorted((stands | set(added)) - set(removed))
    if len(complaint.tags) > MOST:
        raise Refused(f"A complaint has at most {MOST} tags. Take one off first.")
    _make(added, actor, at)
    Tagging.objects.filter(complaint=complaint, tag__in=removed).delete()
    Tagging.objects.bulk_create(
        Tagging(complaint=complaint, tag_id=one, is_open=not complaint.is_finished) for one in added
    )
    record(complaint, Kind.TAGGED, actor=actor, at=at, added=added, removed=removed)
    return keep(complaint)


@transaction.atomic
def change_tags(
    complaint_id: int, *, tags: Sequence[str], actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Say which tags the complaint has; the others go."""
    wanted = cleaned(tags)
    stands = begin(complaint_id, "tag", actor=actor, version=version).tags
    return tag(complaint_id, add=wanted, remove=sorted(set(stands) - set(wanted)), actor=actor, at=at)


def _make(wanted: Sequence[str], actor: User, at: datetime) -> None:
    """Make the tags of these names that nobody used before."""
    new = sorted(set(wanted) - set(Tag.objects.filter(pk__in=wanted).values_list("pk", flat=True)))
    if new and Tag.objects.count() + len(new) > MOST_IN_THE_HOUSE:
        raise Refused(f"There are {MOST_IN_THE_HOUSE} tags already. Use one of them.")
    # Somebody else may make the same tag in this moment; then theirs is used.
    Tag.objects.bulk_create([Tag(name=one, made_by=actor, made_at=at) for one in new], ignore_conflicts=True)
