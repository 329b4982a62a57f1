"""Search: what it finds, what it forgives, and what it never shows."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from complaints import policy, search
from complaints.models import Complaint
from complaints.services import case
from complaints.services.intake import NewComplainant
from complaints.services.words import rebuild
from tests.conftest import AT, Register
from users.models import Team, User

pytestmark = pytest.mark.django_db
EVERYTHING = Complaint.objects.all


@pytest.fixture
def wanted(a_registered: Register) -> Complaint:
    """One complaint to find among others."""
    a_registered(complainant=NewComplainant(name="Oliver Nash"), subject="Card declined abroad", narrative="At a till.")
    return a_registered(
        complainant=NewComplainant(name="Aoife Brennan", email="aoife@customer.example"),
        subject="Chargeback lost, goods delivered", narrative="They kept my 412 euros; the merchant answers nobody.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "chargeback",
        "CHARGE",
        "charge deliv",
        "goods merchant",
        "412",
        "brennan",
        "Aoife Brennan",
        "ife bren",
        "aoife@customer.example",
    ],
)
def test_words_are_found_wherever_they_stand(wanted: Complaint, text: str) -> None:
    assert search.find(EVERYTHING(), text).ids == [wanted.pk]


def test_a_part_of_a_reference_finds_its_complaint(wanted: Complaint) -> None:
    assert search.find(EVERYTHING(), wanted.reference[3:]).ids == [wanted.pk]


@pytest.mark.parametrize("text", ["brenan", "Aoife Brenann", "chagreback", "delivred"])
def test_a_typo_is_forgiven_in_name_and_subject(wanted: Complaint, text: str) -> None:
    assert search.find(EVERYTHING(), text).ids == [wanted.pk]


def test_a_typo_of_a_common_word_is_corrected_and_said(a_registered: Register) -> None:
    for _ in range(3):
        a_registered(narrative="The merchant answers nobody.")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE complaints_words")

    found = search.find(EVERYTHING(), "mercahnt")

    assert (len(found.ids), found.meant) == (3, "merchant")


@pytest.mark.parametrize("text", ["", "   ", "€ & !", "😀", "'); DROP TABLE x; --", "zzzzz qqqqq", "q:*", "x" * 10_000])
def test_nonsense_finds_nothing_and_breaks_nothing(wanted: Complaint, text: str) -> None:
    assert search.find(EVERYTHING(), text).ids == []


def test_another_teams_complaint_is_not_found(wanted: Complaint, a_specialist: User) -> None:
    london = Team.objects.create(name="Cards London", centre="London")
    Complaint.objects.filter(pk=wanted.pk).update(team=london, owner=None)

    for text in ("chargeback", "brennan", "brenan", wanted.reference):
        assert search.find(policy.visible(a_specialist), text).ids == []


def test_a_search_is_capped_and_says_so(a_registered: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "CAP", 2)
    for _ in range(3):
        a_registered()

    found = search.find(EVERYTHING(), "payout")

    assert (len(found.ids), found.is_capped) == (2, True)


def test_an_exact_search_costs_one_statement_and_its_manner(
    wanted: Complaint, a_registered: Register, django_assert_max_num_queries: Callable
) -> None:
    for _ in range(5):
        a_registered(subject="Chargeback")

    # Savepoint and its release are of the test's own transaction.
    with django_assert_max_num_queries(4):
        search.find(EVERYTHING(), "chargeback")


def test_a_step_leaves_the_words_alone(wanted: Complaint, a_specialist: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin FROM complaints_words WHERE complaint_id = %s", [wanted.pk])
        before = cursor.fetchall()
        case.triage(wanted.pk, category=wanted.category, actor=a_specialist, at=AT)
        cursor.execute("SELECT xmin FROM complaints_words WHERE complaint_id = %s", [wanted.pk])

        assert cursor.fetchall() == before


def test_words_written_behind_our_back_are_found_after_a_rebuild(wanted: Complaint) -> None:
    Complaint.objects.filter(pk=wanted.pk).update(subject="Mortgage arrears", narrative="")
    assert search.find(EVERYTHING(), "mortgage").ids == []

    call_command("rebuild_search", stdout=StringIO())

    assert search.find(EVERYTHING(), "mortgage").ids == [wanted.pk]
    assert search.find(EVERYTHING(), "chargeback").ids == []


def test_nothing_is_written_twice_by_a_rebuild(wanted: Complaint) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT complaint_id, xmin FROM complaints_words")
        before = cursor.fetchall()
        assert rebuild(watch=lambda _: None, batch=1) == 2
        cursor.execute("SELECT complaint_id, xmin FROM complaints_words")

        assert cursor.fetchall() == before


def test_what_is_open_comes_first_and_the_newest_of_it(a_registered: Register) -> None:
    rows = [a_registered(subject="Chargeback") for _ in range(7)]
    Complaint.objects.filter(pk__in=[row.pk for row in rows[3:5]]).update(state="closed")

    found = search.find(EVERYTHING(), "chargeback", open_first=True)
    some = search.find(EVERYTHING(), "chargeback", most=5, open_first=True)

    assert found.ids == [rows[place].pk for place in (6, 5, 2, 1, 0, 4, 3)]
    assert some.ids == found.ids[:5]


def test_what_is_nearly_the_same_stands_behind_what_is_the_same(a_registered: Register) -> None:
    same = [a_registered(subject="Chargeback lost") for _ in range(2)]
    near = [a_registered(subject="Chagreback lost") for _ in range(2)]
    Complaint.objects.filter(pk__in=[same[0].pk, near[1].pk]).update(state="closed")

    found = search.find(EVERYTHING(), "chargeback", open_first=True)

    assert found.ids == [same[1].pk, same[0].pk, near[0].pk, near[1].pk]


def test_what_is_nearly_the_same_is_not_found_beyond_what_one_may_see(
    a_registered: Register, a_specialist: User
) -> None:
    ours, theirs = (a_registered(subject="Chagreback lost") for _ in range(2))
    london = Team.objects.create(name="Cards London", centre="London")
    Complaint.objects.filter(pk=theirs.pk).update(team=london, owner=None)

    assert search.find(policy.visible(a_specialist), "chargeback", open_first=True).ids == [ours.pk]
