"""The letter desk."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from complaints.forms.letter_words import keys_and_words
from complaints.models import Complaint, Kind
from complaints.services import response
from complaints.services.gather import final_letter
from complaints.telling import tell
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


def test_a_change_of_the_words_stands_in_the_story_and_the_same_words_do_not(
    client: Client, a_decided: Register, a_specialist: User
) -> None:
    complaint = a_decided()
    url, letter = desk_of(complaint)
    client.force_login(a_specialist)

    client.post(url, {"version": complaint.version, "block-0": letter.blocks[0]["text"]})
    client.post(url, {"version": complaint.version, "block-1": "We are sorry."})

    edits = complaint.story.filter(kind=Kind.LETTER_EDITED)
    assert [(edit.data["letter"], len(edit.data["parts"])) for edit in edits] == [(letter.pk, 1)]
    told = tell(edits.get())
    assert f"{told.who} {told.verb}" == f"Maeve Kelly changed the final response: {edits.get().data['parts'][0]}"


def test_the_same_form_sent_twice_is_saved_once(client: Client, a_decided: Register, a_specialist: User) -> None:
    complaint, key = a_decided(), uuid4()
    url, _ = desk_of(complaint)
    client.force_login(a_specialist)

    answers = [
        client.post(url, {"version": complaint.version, "once": key, "block-1": "We are sorry."}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert complaint.story.filter(kind=Kind.LETTER_EDITED).count() == 1


def test_words_begun_and_not_saved_are_there_again_and_are_not_yet_the_letters(
    client: Client, a_decided: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_decided()
    url, letter = desk_of(complaint)
    key, was = keys_and_words(letter.blocks)[1]
    begun = {"purpose": "letter", "key-1": key, "was-1": was, "block-1": "We are sorry & truly."}
    client.force_login(a_specialist)

    kept = client.post(f"/complaints/{complaint.reference}/draft", begun)
    page = client.get(url).content.decode()

    assert kept.status_code == 204
    assert "What you had begun at" in page and "are not in this letter yet" in page
    assert page.count("We are sorry &amp; truly.") == 1, "in the field, and not in the letter as the customer sees it"
    client.force_login(a_lead)
    assert "What you had begun" not in client.get(url).content.decode()


def test_what_was_begun_is_forgotten_when_it_is_saved_or_taken_back(
    client: Client, a_decided: Register, a_specialist: User
) -> None:
    complaint = a_decided()
    url, letter = desk_of(complaint)
    draft = f"/complaints/{complaint.reference}/draft"
    key, was = keys_and_words(letter.blocks)[1]
    client.force_login(a_specialist)

    client.post(draft, {"purpose": "letter", "key-1": key, "was-1": was, "block-1": "Not this."})
    client.post(url, {"forget": "1", "block-1": "Not this."})
    forgotten = client.get(url).content.decode()
    client.post(draft, {"purpose": "letter", "key-1": key, "was-1": was, "block-1": "But this."})
    client.post(url, {"version": complaint.version, "block-1": "But this."})
    saved = client.get(url).content.decode()

    assert "Not this." not in forgotten
    assert "What you had begun" not in saved and "But this." in saved


def test_a_draft_that_is_too_long_is_refused_and_never_kept_by_halves(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    answer = client.post(f"/complaints/{complaint.reference}/draft", {"purpose": "note", "text": "x" * 1_000_000})

    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert answer.content.decode().startswith("Too long to be kept as a draft: 1,000,000 characters, at most 20,000.")
    assert not complaint.drafts.exists()
