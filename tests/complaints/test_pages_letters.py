"""The letter desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint
from complaints.services import response
from complaints.services.gather import final_letter
from correspondence.models import Letter
from correspondence.services import clause_states
from tests.conftest import Register
from users.models import User

pytestmark = pytest.mark.django_db


def desk_of(complaint: Complaint) -> tuple[str, Letter]:
    letter = final_letter(complaint)
    assert letter is not None
    return f"/complaints/{complaint.reference}/letters/{letter.pk}/", letter


@pytest.mark.parametrize("person", ["a_specialist", "a_lead", "an_admin", "an_auditor"])
def test_everybody_who_sees_a_case_reads_its_letters(
    client: Client, a_decided: Register, person: str, request: pytest.FixtureRequest
) -> None:
    url, letter = desk_of(a_decided())
    client.force_login(request.getfixturevalue(person))

    page = client.get(url)

    assert page.status_code == 200
    assert letter.recipient_name in page.content.decode()
    assert ("Save the words" in page.content.decode()) == (person in {"a_specialist", "a_lead"})


def test_the_words_can_be_changed(client: Client, a_decided: Register, a_specialist: User) -> None:
    complaint = a_decided()
    url, letter = desk_of(complaint)
    client.force_login(a_specialist)

    answer = client.post(url, {"version": complaint.version, "block-1": "We are sorry.\r\nTruly."})

    assert answer.status_code == 302
    changed = Letter.objects.get(pk=letter.pk)
    assert changed.blocks[1]["text"] == "We are sorry.\nTruly."
    assert changed.blocks[0] == letter.blocks[0]
    assert changed.digest != letter.digest


def test_a_missing_clause_stands_first_and_is_put_in(client: Client, a_decided: Register, a_specialist: User) -> None:
    complaint = a_decided()
    url, letter = desk_of(complaint)
    required = [state for state in clause_states(letter) if state.required]
    without = [block for block in letter.blocks if block["clause"] != required[-1].key]
    complaint = response.edit_final_response(complaint.pk, blocks=without, actor=a_specialist, at=timezone.now())
    client.force_login(a_specialist)

    page = client.get(url).content.decode()
    assert page.index("clause--missing") < page.index("clause--present")
    assert "Draft the final response with every required clause first." in page
    answer = client.post(url, {"version": complaint.version, "insert": required[-1].key})

    assert answer.status_code == 302
    assert all(state.present for state in clause_states(Letter.objects.get(pk=letter.pk)) if state.required)


def test_a_stale_desk_keeps_the_words_and_changes_nothing(
    client: Client, a_decided: Register, a_specialist: User
) -> None:
    complaint = a_decided()
    url, letter = desk_of(complaint)
    client.force_login(a_specialist)

    answer = client.post(url, {"version": complaint.version - 1, "block-1": "Typed in vain?"})

    assert answer.status_code == 409
    assert "Typed in vain?" in answer.content.decode()
    assert Letter.objects.get(pk=letter.pk).blocks == letter.blocks


def test_a_letter_in_review_cannot_be_changed(client: Client, a_reviewed: Register, a_specialist: User) -> None:
    complaint = a_reviewed()
    url, letter = desk_of(complaint)
    client.force_login(a_specialist)

    assert "Save the words" not in client.get(url).content.decode()
    assert client.post(url, {"version": complaint.version, "block-1": "Changed"}).status_code == 409
    assert Letter.objects.get(pk=letter.pk).digest == letter.digest


def test_a_sent_letter_is_shown_as_it_was_kept(client: Client, a_reviewed: Register, a_specialist: User) -> None:
    complaint = response.send_final_response(a_reviewed().pk, actor=a_specialist, at=timezone.now())
    url, letter = desk_of(complaint)
    client.force_login(a_specialist)

    answer = client.get(url.rstrip("/") + ".pdf")

    assert "A sent letter stays as it is." in client.get(url).content.decode()
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.content == bytes(letter.pdf or b"")


def test_a_draft_is_shown_as_it_stands(client: Client, a_decided: Register, a_specialist: User) -> None:
    url, letter = desk_of(a_decided())
    client.force_login(a_specialist)

    answer = client.get(url.rstrip("/") + ".pdf")

    assert answer.content.startswith(b"%PDF")
    assert letter.pdf is None


def test_a_letter_of_another_case_is_not_found(client: Client, a_decided: Register, a_specialist: User) -> None:
    first, second = a_decided(), a_decided()
    _, letter = desk_of(first)
    client.force_login(a_specialist)

    assert client.get(f"/complaints/{second.reference}/letters/{letter.pk}/").status_code == 404


def test_hostile_words_in_a_letter_are_only_words(client: Client, a_decided: Register, a_specialist: User) -> None:
    complaint = a_decided()
    url, _ = desk_of(complaint)
    client.force_login(a_specialist)
    bad = "</textarea><script>alert(1)</script>"

    client.post(url, {"version": complaint.version, "block-1": bad})

    assert bad not in client.get(url).content.decode()


def test_two_stale_letters_at_once_are_both_explained(
    client: Client, a_decided: Register, a_specialist: User, guard_put_back: None
) -> None:
    url, _ = desk_of(a_decided())
    client.force_login(a_specialist)

    answer = client.post(url, {"version": 1, "block-0": "Mine"})

    assert answer.status_code == 409
    assert "Somebody changed this complaint" in answer.content.decode()


def test_a_letter_form_with_an_endless_version_is_only_stale(
    client: Client, a_decided: Register, a_specialist: User
) -> None:
    url, _ = desk_of(a_decided())
    client.force_login(a_specialist)

    assert client.post(url, {"version": "9" * 5000, "block-0": "Mine"}).status_code == 409
