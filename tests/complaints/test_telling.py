"""The story in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from complaints.models import Entry, Kind
from complaints.telling import VERBS, by_day, kinds_of, shortened, tell, tell_all
from users.models import User

AT = datetime(2026, 11, 8, 23, 30, tzinfo=UTC)


def an_entry(kind: str, *, at: datetime = AT, late: timedelta = timedelta(), **data: object) -> Entry:
    return Entry(kind=kind, data=data, occurred_at=at - late, recorded_at=at, actor=User(name="Maeve Kelly"))


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_of_entry_has_words_even_without_data(kind: str) -> None:
    assert kind in VERBS
    assert tell(Entry(kind=kind, data={})).verb


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (an_entry(Kind.RECEIVED, channel="email"), "Maeve Kelly registered it, received by e-mail"),
        (an_entry(Kind.RECEIVED, merged_from="C-26-000002"), "Maeve Kelly took in C-26-000002, the same complaint"),
        (an_entry(Kind.ASSIGNED, name="Tom Okafor"), "Maeve Kelly gave it to Tom Okafor"),
        (
            an_entry(Kind.DECIDED, outcome="upheld", redress_kind="refund", redress_amount="12.50", currency="GBP"),
            "Maeve Kelly decided: upheld, refund GBP 12.50",
        ),
        (
            an_entry(Kind.DECIDED, outcome="rejected", redress_kind="none", redress_amount="0"),
            "Maeve Kelly decided: not upheld, no redress",
        ),
        (
            an_entry(Kind.FINDING, number=2, point="Nobody told her", upheld=False),
            "Maeve Kelly recorded a finding on point 2, not upheld: Nobody told her",
        ),
        (
            an_entry(Kind.CLOCK_MOVED, title="Final response", due_on="2026-11-25"),
            "Final response moved, now due Wed 25 Nov 2026",
        ),
        (an_entry(Kind.CLOCK_SETTLED, title="Acknowledgement", status="met"), "Acknowledgement was met"),
        (an_entry(Kind.CLOCK_SETTLED, title="Acknowledgement", status="missed"), "Acknowledgement was settled late"),
    ],
)  # fmt: skip
def test_an_entry_reads_as_a_sentence(entry: Entry, sentence: str) -> None:
    told = tell(entry)

    assert f"{told.who} {told.verb}" == sentence


def test_the_narrative_stands_where_the_complaint_came_in() -> None:
    assert tell(an_entry(Kind.RECEIVED), narrative="My money.").body == "My money."
    assert tell(an_entry(Kind.NOTED, text="Ours."), narrative="My money.").body == "Ours."


def test_what_nobody_did_was_done_by_redress() -> None:
    assert tell(Entry(kind=Kind.ESCALATED, data={})).who == "Redress"


def test_clocks_that_started_together_are_told_together() -> None:
    entries = [
        an_entry(Kind.RECEIVED),
        an_entry(Kind.CLOCK_STARTED, title="Final response", due_on="2026-11-27", citation="reg 124"),
        an_entry(Kind.CLOCK_STARTED, title="Acknowledgement", due_on="2026-11-13", citation="CPC"),
        an_entry(Kind.CLOCK_STARTED, at=AT + timedelta(days=1), title="Update", due_on="2026-12-04", citation="CPC"),
    ]

    _, together, alone = tell_all(entries, narrative="")

    assert together.who == "Clocks"
    assert together.body.splitlines() == [
        "Final response, due Fri 27 Nov 2026 (reg 124)", "Acknowledgement, due Fri 13 Nov 2026 (CPC)",
    ]  # fmt: skip
    assert (alone.who, alone.verb, alone.body) == ("Update", "started, due Fri 4 Dec 2026", "")


def test_a_clock_without_a_date_says_so() -> None:
    told = tell(an_entry(Kind.CLOCK_STARTED, title="Acknowledgement", due_on=None))

    assert f"{told.who} {told.verb}" == "Acknowledgement started, without a fixed date"


def test_a_day_of_the_story_ends_where_the_respondent_is() -> None:
    told = [tell(an_entry(Kind.NOTED)), tell(an_entry(Kind.NOTED, at=AT + timedelta(hours=1)))]

    assert [day.on.isoformat() for day in by_day(told, "Europe/Dublin")] == ["2026-11-08", "2026-11-09"]
    assert [day.on.isoformat() for day in by_day(told, "Australia/Sydney")] == ["2026-11-09"]


def test_what_was_written_down_later_says_when_it_happened() -> None:
    assert tell(an_entry(Kind.NOTED, late=timedelta(hours=2))).late
    assert not tell(an_entry(Kind.NOTED, late=timedelta(minutes=5))).late


def test_part_of_the_story_can_be_read_alone() -> None:
    assert Kind.NOTED in kinds_of("note")
    assert Kind.CLOSED not in kinds_of("note")


def test_of_a_long_text_the_beginning_is_told_and_how_long_it_is() -> None:
    told = tell(an_entry(Kind.NOTED, text="x" * 50))

    assert shortened(told, 50) == told
    assert (shortened(told, 49).body, shortened(told, 49).whole) == ("x" * 49, 50)
    assert shortened(told, 60, whole=1000).whole == 1000


def test_a_name_from_the_right_moves_nothing_of_the_sentence() -> None:
    told = tell(an_entry(Kind.ATTACHED, name="\u202efdp.ליאור"))

    assert told.verb == "attached \u2068fdp.ליאור\u2069"
