"""The story of a complaint is evidence."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from complaints.models import Complaint, Entry, Kind
from complaints.models.story import chain
from tests.conftest import AT


def an_entry(complaint: Complaint, seq: int = 1) -> Entry:
    return Entry.objects.create(
        complaint=complaint, seq=seq, kind=Kind.RECEIVED, occurred_at=AT, recorded_at=AT, digest="0" * 64
    )


def test_the_database_refuses_to_edit_the_story(a_complaint: Complaint) -> None:
    entry = an_entry(a_complaint)

    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(kind=Kind.CLOSED)


def test_the_database_refuses_to_delete_from_the_story(a_complaint: Complaint) -> None:
    entry = an_entry(a_complaint)

    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()


def test_the_story_has_no_forks(a_complaint: Complaint) -> None:
    an_entry(a_complaint)

    with pytest.raises(DatabaseError, match="one_entry_per_place"), transaction.atomic():
        an_entry(a_complaint)


def test_a_changed_word_changes_the_digest() -> None:
    words = {"seq": 1, "kind": "noted", "occurred_at": AT, "recorded_at": AT, "actor": "ana"}

    assert chain("0" * 64, data={"text": "a"}, **words) != chain("0" * 64, data={"text": "b"}, **words)


def test_a_moment_told_in_another_zone_is_the_same_moment_in_the_chain() -> None:
    dublin = AT.astimezone(ZoneInfo("Europe/Dublin"))

    links = {
        chain("0" * 64, seq=1, kind=Kind.NOTED, occurred_at=at, recorded_at=AT, actor="", data={})
        for at in (AT, dublin)
    }

    assert len(links) == 1
