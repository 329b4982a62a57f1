"""A call that writes does its work once, however often it is sent with its key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from complaints.models import Complaint, Entry
from complaints.services.once import key_of_call, refuse_in_flight
from escalations import services as escalations
from tests.config.calling import ROOT, Caller, told
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "k-1"}


def notes(complaint: Complaint) -> int:
    return Entry.objects.filter(complaint=complaint, kind="noted").count()


def test_a_step_sent_twice_is_taken_once_and_answered_alike(a_registered: Register, a_specialist: User) -> None:
    complaint, caller = a_registered(), Caller(a_specialist)
    path = f"/complaints/{complaint.reference}/note/"

    first, again = (caller.post(path, {"text": "She rang."}, **KEY) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert told(first) == told(again)
    assert notes(complaint) == 1


def test_the_same_key_with_other_words_or_at_another_address_is_refused(
    a_registered: Register, a_specialist: User
) -> None:
    complaint, other, caller = a_registered(), a_registered(), Caller(a_specialist)
    caller.post(f"/complaints/{complaint.reference}/note/", {"text": "She rang."}, **KEY)

    words = caller.post(f"/complaints/{complaint.reference}/note/", {"text": "He rang."}, **KEY)
    place = caller.post(f"/complaints/{other.reference}/note/", {"text": "She rang."}, **KEY)

    assert (words.status_code, place.status_code) == (422, 422)
    assert told(words)["detail"] == "This Idempotency-Key was used for another call. Use a new key."
    assert (notes(complaint), notes(other)) == (1, 0)


def test_what_was_refused_may_be_tried_again_with_its_key(a_registered: Register, a_specialist: User) -> None:
    complaint, caller = a_registered(), Caller(a_specialist)
    path = f"/complaints/{complaint.reference}/note/"

    refused = caller.post(path, {"text": ""}, **KEY)
    taken = caller.post(path, {"text": "She rang."}, **KEY)

    assert (refused.status_code, taken.status_code, notes(complaint)) == (400, 200, 1)


def test_two_people_may_use_the_same_key_for_steps(a_registered: Register, a_specialist: User, a_lead: User) -> None:
    complaint = a_registered()

    for user in (a_specialist, a_lead):
        Caller(user).post(f"/complaints/{complaint.reference}/note/", {"text": "She rang."}, **KEY)

    assert notes(complaint) == 2


def test_a_file_is_told_from_another_by_what_is_in_it(a_registered: Register, a_specialist: User) -> None:
    complaint, client = a_registered(), Caller(a_specialist).client

    answers = [
        client.post(
            f"{ROOT}/complaints/{complaint.reference}/attach/",
            {"file": SimpleUploadedFile("note.txt", words, "text/plain")},
            headers=KEY,
        )
        for words in (b"She rang.", b"She rang.", b"He rang.")
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert complaint.attachments.count() == 1


def test_an_escalation_is_resolved_once(a_registered: Register, a_specialist: User, a_lead: User) -> None:
    made = escalations.raise_by_hand(a_registered().pk, comment="She waits.", actor=a_specialist, at=AT)
    caller, path = Caller(a_lead), f"/escalations/{made.pk}/resolve/"

    first, again = (caller.post(path, {"resolution": "Called her."}, **KEY) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert told(first) == told(again)


@pytest.mark.django_db(transaction=True)
def test_while_the_first_call_is_worked_on_the_second_is_told_so(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()

    def call() -> tuple[int, str]:
        answer = Caller(a_specialist).post(f"/complaints/{complaint.reference}/note/", {"text": "She rang."}, **KEY)
        connection.close()
        return answer.status_code, str(told(answer).get("detail", ""))

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            # The first call holds its key on this connection for as long as its transaction is open.
            refuse_in_flight(key_of_call("k-1"), actor=a_specialist)
            second = elsewhere.submit(call).result(timeout=30)
        third = elsewhere.submit(call).result(timeout=30)

    assert second == (409, "The call with this Idempotency-Key is still being worked on. Send it again in a moment.")
    assert (third[0], notes(complaint)) == (200, 1)
