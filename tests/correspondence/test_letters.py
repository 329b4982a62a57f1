"""What a letter may say, and how its words are filled in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from correspondence.letters import LetterProblem, clean, digest_of, filled
from tests.correspondence.builders import a_context


def test_a_word_the_case_does_not_know_is_asked_for_by_its_name() -> None:
    words = a_context(promised_on=None).words()

    with pytest.raises(LetterProblem, match="needs the day by which the customer hears from us, which the case does"):
        filled("You hear from us by {promised_on}.", words)


def test_braces_in_what_the_customer_wrote_stay_braces() -> None:
    words = a_context(subject="{reference} and {nothing} and {0.__class__}").words()

    assert filled("About {subject}.", words) == "About {reference} and {nothing} and {0.__class__}."


@pytest.mark.parametrize(
    ("kind", "amount", "currency", "said"),
    [
        ("compensation", Decimal("1250.5"), "GBP", "We offer you £1,250.50 in compensation."),
        ("refund", Decimal("3"), "EUR", "We will refund €3.00."),
        ("interest", Decimal("0.07"), "PLN", "We will pay you PLN 0.07 in interest."),
        ("none", None, "", "We do not offer redress."),
        ("apology", None, "", "We apologise for what went wrong."),
    ],
)
def test_redress_is_said_in_words(kind: str, amount: Decimal | None, currency: str, said: str) -> None:
    words = a_context(redress_kind=kind, redress_amount=amount, currency=currency).words()

    assert words["redress"] == said


def test_money_without_an_amount_is_not_promised() -> None:
    with pytest.raises(LetterProblem, match="not how much"):
        a_context(redress_kind="refund", redress_amount=None).words()


def test_each_point_says_whether_it_was_upheld() -> None:
    assert a_context().words()["findings"] == (
        "1. The payout was held: upheld. A check that did not apply held it for nine days.\n\n"
        "2. Nobody answered: not upheld. We answered both of your messages."
    )


def test_words_have_one_form_whatever_browser_they_came_from() -> None:
    assert clean("One \r\n\r\nTwo\x00\x07\rThree\t4\n") == "One\n\nTwo\nThree\t4"


def test_a_digest_changes_with_every_word_and_every_border_between_paragraphs() -> None:
    one = [{"clause": "", "heading": "A", "text": "b c"}]
    digests = {
        digest_of("S", one),
        digest_of("s", one),
        digest_of("S", [{"heading": "A", "text": "b  c"}]),
        digest_of("S", [{"heading": "", "text": "A"}, {"heading": "", "text": "b c"}]),
        digest_of("S", [{"heading": "A", "text": "b"}, {"heading": "", "text": "c"}]),
        digest_of("SA", [{"heading": "", "text": "b c"}]),
    }

    assert len(digests) == 6
    assert digest_of("S", one) == digest_of("S", [{"text": "b c", "heading": "A"}])
    assert all(len(digest) == 64 for digest in digests)
