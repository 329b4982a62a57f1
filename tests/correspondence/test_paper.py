"""The letter on the desk."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from correspondence.models import LetterKind
from correspondence.paper import laid_out
from correspondence.services import clause_states, edit_letter
from tests.correspondence.builders import AT, a_letter
from users.models import User

pytestmark = pytest.mark.django_db


def test_the_slot_of_a_missing_clause_is_where_it_will_stand(a_specialist: User) -> None:
    letter = a_letter(a_specialist)
    gone = {"outcome", "ombudsman_leaflet"}
    edit_letter(letter, blocks=[b for b in letter.blocks if b["clause"] not in gone], actor=a_specialist, at=AT)

    parts = laid_out(letter.blocks, clause_states(letter)[::-1])

    assert [(part.number, part.slot) for part in parts] == [
        (1, False), (2, True), (3, False), (4, False), (5, False), (6, False), (7, True),
    ]  # fmt: skip


def test_a_letter_with_no_word_left_is_all_slots(a_specialist: User) -> None:
    letter = a_letter(a_specialist)
    edit_letter(letter, blocks=[], actor=a_specialist, at=AT)

    assert [part.slot for part in laid_out(letter.blocks, clause_states(letter))] == [True] * 7


def test_what_no_rule_demands_has_no_slot_and_no_number(a_specialist: User) -> None:
    letter = a_letter(a_specialist, LetterKind.QUESTION)

    assert {(part.number, part.slot) for part in laid_out(letter.blocks, clause_states(letter))} == {(None, False)}


def test_words_on_the_paper_are_never_markup(a_specialist: User) -> None:
    letter = a_letter(a_specialist, subject="<script>alert(1)</script>", recipient_name="A & <b>B</b>")

    page = render_to_string("correspondence/_paper.html", {"letter": letter, "clause_states": clause_states(letter)})

    assert "<script>" not in page and "<b>B" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
