"""Writing, changing, approving and sending letters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from correspondence.letters import LetterProblem, digest_of
from correspondence.models import Letter, LetterKind, LetterState, OutboundMail
from correspondence.services import (
    approve_letter,
    clause_states,
    edit_letter,
    insert_clause,
    missing_clauses,
    plain,
    queue_mail,
    send_letter,
)
from tests.correspondence.builders import AT, a_letter, a_mail, read
from users.models import User

pytestmark = pytest.mark.django_db


def without(letter: Letter, clause: str) -> list[dict[str, str]]:
    return [dict(block) for block in letter.blocks if block["clause"] != clause]


def test_a_letter_is_drafted_with_every_clause_it_must_have(a_specialist: User) -> None:
    letter = a_letter(a_specialist)

    assert missing_clauses(letter) == ()
    assert letter.state == LetterState.DRAFT
    assert letter.digest == digest_of(letter.subject, letter.blocks)
    assert [state.number for state in clause_states(letter)] == [1, 2, 3, 4, 5, 6, 7]


def test_a_letter_that_lacks_a_fact_is_not_drafted_and_says_which(a_specialist: User) -> None:
    with pytest.raises(LetterProblem, match="a finding on each point"):
        a_letter(a_specialist, findings=())

    assert not Letter.objects.exists()


def test_a_clause_is_missing_when_its_paragraph_is_gone(a_specialist: User) -> None:
    letter = a_letter(a_specialist)

    edit_letter(letter, blocks=without(letter, "ombudsman_time"), actor=a_specialist, at=AT)

    assert missing_clauses(letter) == ("The six months, and that we do not consent beyond them",)


@pytest.mark.parametrize("nothing", ["", "  \n\n ", "\r\n", "\x07"])
def test_a_clause_is_missing_when_its_paragraph_says_nothing(a_specialist: User, nothing: str) -> None:
    letter = a_letter(a_specialist)
    blocks = [dict(block) for block in letter.blocks]
    blocks[-1]["text"] = nothing

    edit_letter(letter, blocks=blocks, actor=a_specialist, at=AT)

    assert missing_clauses(letter) == ("The ombudsman's leaflet is enclosed",)


def test_a_missing_clause_is_put_back_at_its_place_with_its_words(a_specialist: User) -> None:
    letter = a_letter(a_specialist)
    before = letter.blocks
    edit_letter(letter, blocks=without(letter, "redress"), actor=a_specialist, at=AT)

    insert_clause(letter, clause="redress", actor=a_specialist, at=AT)

    assert letter.blocks == before
    assert Letter.objects.get().blocks == before


def test_the_last_clause_is_put_back_at_the_end(a_specialist: User) -> None:
    letter = a_letter(a_specialist)
    edit_letter(letter, blocks=without(letter, "ombudsman_leaflet"), actor=a_specialist, at=AT)

    insert_clause(letter, clause="ombudsman_leaflet", actor=a_specialist, at=AT)

    assert letter.blocks[-1]["clause"] == "ombudsman_leaflet"


def test_a_clause_the_letter_does_not_know_is_refused(a_specialist: User) -> None:
    with pytest.raises(LetterProblem, match="needs no such clause"):
        insert_clause(a_letter(a_specialist), clause="afca_right", actor=a_specialist, at=AT)


def test_an_optional_clause_does_not_hold_up_the_letter(a_specialist: User) -> None:
    letter = a_letter(a_specialist, jurisdiction="IE")

    edit_letter(letter, blocks=without(letter, "ombudsman_time"), actor=a_specialist, at=AT)

    states = {state.key: state for state in clause_states(letter)}
    assert not states["ombudsman_time"].present and not states["ombudsman_time"].required
    assert missing_clauses(letter) == ()


def test_changed_words_lose_their_approval(a_specialist: User) -> None:
    letter = approve_letter(a_letter(a_specialist))
    blocks = [dict(block) for block in letter.blocks]
    blocks[0]["text"] += " One more word."

    edit_letter(letter, blocks=blocks, actor=a_specialist, at=AT)

    assert Letter.objects.get().state == LetterState.DRAFT


def test_the_same_words_saved_again_keep_their_approval_whatever_the_line_ends(a_specialist: User) -> None:
    letter = approve_letter(a_letter(a_specialist))
    blocks = [{**block, "text": block["text"].replace("\n", "\r\n") + " "} for block in letter.blocks]

    edit_letter(letter, blocks=blocks, actor=a_specialist, at=AT)

    assert Letter.objects.get().state == LetterState.APPROVED


def test_a_letter_without_a_demanded_clause_is_not_sent(a_specialist: User) -> None:
    letter = a_letter(a_specialist)
    edit_letter(letter, blocks=without(letter, "outcome"), actor=a_specialist, at=AT)

    with pytest.raises(LetterProblem, match="does not say yet: Whether we accept the complaint"):
        send_letter(letter, at=AT)

    assert not OutboundMail.objects.exists()


def test_a_sent_letter_is_kept_as_pdf_and_one_mail_waits(a_specialist: User) -> None:
    letter = send_letter(a_letter(a_specialist), at=AT)

    mail = OutboundMail.objects.get()
    assert (letter.state, letter.sent_at) == (LetterState.SENT, AT)
    assert (mail.to, mail.letter, mail.next_attempt_at) == ("ana@customer.example", letter, AT)
    assert mail.message_id == f"letter-{letter.pk}@larkspur.example"
    assert mail.body == plain(letter)
    assert "you must do so within six months of the date of this letter" in read(Letter.objects.get().pdf)


def test_a_letter_to_somebody_without_an_address_is_kept_and_not_mailed(a_specialist: User) -> None:
    letter = send_letter(a_letter(a_specialist, recipient_email=""), at=AT)

    assert letter.state == LetterState.SENT
    assert not OutboundMail.objects.exists()


def test_a_sent_letter_is_neither_changed_nor_sent_again(a_specialist: User) -> None:
    letter = send_letter(a_letter(a_specialist), at=AT)

    for change in (
        lambda: edit_letter(letter, blocks=[], actor=a_specialist, at=AT),
        lambda: insert_clause(letter, clause="outcome", actor=a_specialist, at=AT),
        lambda: approve_letter(letter),
        lambda: send_letter(letter, at=AT),
    ):
        with pytest.raises(LetterProblem, match="It stays as the customer got it"):
            change()

    assert OutboundMail.objects.count() == 1


def test_who_opened_the_letter_before_it_was_sent_cannot_change_it_either(a_specialist: User) -> None:
    stale = a_letter(a_specialist)
    send_letter(Letter.objects.get(), at=AT)

    with pytest.raises(LetterProblem, match="already sent"):
        edit_letter(stale, blocks=[], actor=a_specialist, at=AT)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_itself_keeps_a_sent_letter(a_specialist: User, change: str) -> None:
    send_letter(a_letter(a_specialist, recipient_email=""), at=AT)
    letters = Letter.objects.all()

    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        letters.update(subject="Something else") if change == "update" else letters.delete()

    assert letters.get().subject == "Our final response to your complaint C-26-004127"


def test_a_letter_whose_template_is_gone_says_so(a_specialist: User) -> None:
    letter = a_letter(a_specialist)
    letter.template = "gb.of_old"

    with pytest.raises(LetterProblem, match="is no longer there"):
        clause_states(letter)


def test_the_same_mail_queued_twice_is_one_mail(db: None) -> None:
    first = a_mail()

    again = queue_mail(
        message_id=first.message_id, to="x@y.example", subject="Again", body="", at=AT + timedelta(hours=1)
    )

    assert again == first
    assert OutboundMail.objects.get().subject == "Mail 1"


def test_the_mail_says_what_the_letter_says(a_specialist: User) -> None:
    letter = a_letter(a_specialist, LetterKind.QUESTION)

    said = plain(letter)

    assert said.startswith("Dear Ana Brennan,\n\nWe are looking into")
    assert "What we would like to know\n\nWhich account did you expect it in?" in said
    assert said.endswith("Yours sincerely,\nMaeve Kelly\nLarkspur Payments Ltd\n\nOur reference: C-26-004127\n")
