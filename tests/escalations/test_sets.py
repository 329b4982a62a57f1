"""Rows written by sets are the rows Django would have written."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DataError, IntegrityError

from complaints.models import Complaint, Entry, Kind
from complaints.services.sets import insert, insert_rows, number, update_rows
from correspondence.models import OutboundMail
from escalations.models import Escalation, Pulse
from tests.escalations.builders import complaints_with_a_clock

pytestmark = pytest.mark.django_db
NIGHT = datetime.fromisoformat("2026-06-22T23:00:00+00:00")
AWKWARD = ['He said "no"', "a\\b", "{1,2}", "NULL", "", "line\nbreak\ttab", "žluťoučký 馬", "'; DROP TABLE x --", "%s"]


@pytest.mark.parametrize("height", [1, len(AWKWARD)])
def test_every_text_comes_back_as_it_went(height: int) -> None:
    words = AWKWARD[:height]

    insert(
        OutboundMail,
        {
            "message_id": [f"m{place}" for place in range(height)], "to": "a@b.example", "subject": words,
            "body": words, "next_attempt_at": NIGHT, "created_at": NIGHT,
        },
    )  # fmt: skip

    kept = OutboundMail.objects.order_by("pk")
    assert [(mail.subject, mail.body) for mail in kept] == list(zip(words, words, strict=True))
    assert {(mail.state, mail.attempts, mail.last_error, mail.letter_id) for mail in kept} == {("queued", 0, "", None)}


def test_documents_come_back_as_they_went() -> None:
    complaints = [clock.complaint for clock in complaints_with_a_clock([NIGHT] * 3, owner=None, team=None)]
    told = [{"text": word, "to": None, "deep": {"a": [1, 2.5, True, word]}} for word in AWKWARD[:3]]

    insert_rows(
        [
            Entry(
                complaint=complaint, seq=1, kind=Kind.NOTED, occurred_at=NIGHT, recorded_at=NIGHT, data=data, digest="x"
            )
            for complaint, data in zip(complaints, told, strict=True)
        ]
    )

    assert [entry.data for entry in Entry.objects.order_by("pk")] == told


def test_a_document_that_all_rows_share_is_a_document_too() -> None:
    complaints = [clock.complaint for clock in complaints_with_a_clock([NIGHT] * 2, owner=None, team=None)]

    insert_rows(
        [
            Entry(complaint=one, seq=1, kind=Kind.NOTED, occurred_at=NIGHT, recorded_at=NIGHT, data={"a": 1})
            for one in complaints
        ]
    )

    assert [entry.data for entry in Entry.objects.all()] == [{"a": 1}, {"a": 1}]


def test_rows_are_updated_each_with_its_own_values() -> None:
    complaints = [clock.complaint for clock in complaints_with_a_clock([NIGHT] * 4, owner=None, team=None)]
    for place, complaint in enumerate(complaints):
        complaint.next_check_at = NIGHT + timedelta(hours=place) if place % 2 else None
        complaint.story_length, complaint.subject = place, "not written"

    update_rows(complaints, ("next_check_at", "story_length"))

    kept = Complaint.objects.order_by("pk")
    assert [(one.next_check_at, one.story_length) for one in kept] == [
        (None, 0), (NIGHT + timedelta(hours=1), 1), (None, 2), (NIGHT + timedelta(hours=3), 3),
    ]  # fmt: skip
    assert {one.subject for one in kept} == {"Payout held"}


def test_numbers_are_given_before_the_rows_are_written() -> None:
    complaint = complaints_with_a_clock([NIGHT], owner=None, team=None)[0].complaint
    rows = [
        Escalation(complaint=complaint, reason="manual", severity=2, text=word, occurred_at=NIGHT, recorded_at=NIGHT)
        for word in AWKWARD
    ]

    number(rows)
    insert_rows(rows)

    kept = {row.pk: row.text for row in Escalation.objects.all()}
    assert kept == {row.pk: row.text for row in rows}
    assert Escalation.objects.create(
        complaint=complaint, reason="manual", severity=2, text="next", occurred_at=NIGHT, recorded_at=NIGHT
    ).pk > max(kept)


def test_what_conflicts_is_left_out_only_when_that_was_asked() -> None:
    insert(Pulse, {"name": ["sweep", "mail"], "at": NIGHT})

    insert(Pulse, {"name": ["sweep", "other"], "at": NIGHT}, or_leave=True)
    assert Pulse.objects.count() == 3
    with pytest.raises(IntegrityError):
        insert(Pulse, {"name": ["sweep"], "at": NIGHT})


def test_what_is_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(DataError):
        insert(Pulse, {"name": ["a name that is longer than its column"], "at": NIGHT})


def test_no_rows_are_no_question(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        insert(Pulse, {"name": [], "at": NIGHT})
        insert_rows([])
        update_rows([], ("at",))
        number([])
