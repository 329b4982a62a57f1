"""Words from outside: nothing hidden in them, and each keeps to itself."""

from __future__ import annotations

import pytest

from users.words import isolated, one_line

FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Payout\r\n held\t", "Payout held"),
        ("Ana\u200b Bren\u00adnan", "Ana Brennan"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2067Ana\u2069\ufeff", "Ana"),
        ("bell\x07 \x9b31m", "bell 31m"),
        ("Bre\u0301nnan", "Br\u00e9nnan"),
        (FAMILY, FAMILY),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u202e\u200b", ""),
    ],
)
def test_what_cannot_be_seen_is_no_part_of_a_name(given: str, kept: str) -> None:
    assert one_line(given) == kept


@pytest.mark.parametrize("words", ["Maeve Kelly", "42 €", "Grüße 😀", ""])
def test_what_runs_like_the_sentence_stays_as_it_is(words: str) -> None:
    assert isolated(words) == words


@pytest.mark.parametrize("words", ["ليلى", "שלום 42", "\u202ecod.pdf", "a\u2069b\u202e"])
def test_what_may_turn_the_sentence_is_held_within_one_isolate(words: str) -> None:
    held = isolated(words)

    assert (held[0], held[-1]) == ("\u2068", "\u2069")
    assert not set(held[1:-1]) & set("\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e")
