"""Merging two complaints, undoing it, and what an old reference leads to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from complaints.errors import Refused
from complaints.models import Complaint, Kind, State
from complaints.services import case, ending, merging, response
from tests.conftest import AT, Register
from users.models import Team, User

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=8)


@pytest.fixture
def a_merged(a_registered: Register, a_specialist: User) -> Callable[[], tuple[Complaint, Complaint]]:
    """A complaint that was merged into another, received a week after it."""

    def build() -> tuple[Complaint, Complaint]:
        first, second = a_registered(at=AT), a_registered(at=AT + timedelta(days=7))
        case.triage(first.pk, category=first.category, actor=a_specialist, at=AT)
        merged = merging.merge(first.pk, into=second, actor=a_specialist, at=LATER)
        return merged, Complaint.objects.get(pk=second.pk)

    return build


def owed(complaint: Complaint) -> dict[str, str]:
    return {f"{row.rule}/{row.obligation}": str(row.due_on) for row in complaint.clocks.all() if row.is_owed}


def test_a_merged_complaint_leaves_its_earlier_receipt_to_the_other(a_registered: Register, a_specialist: User) -> None:
    first, second = a_registered(at=AT), a_registered(at=AT + timedelta(days=7))
    due_before = second.next_due_at

    merging.merge(first.pk, into=second, actor=a_specialist, at=LATER)

    second.refresh_from_db()
    assert second.received_at == AT
    assert second.next_due_at is not None and due_before is not None and second.next_due_at < due_before


def test_undoing_a_merge_makes_both_what_they_were(a_registered: Register, a_specialist: User) -> None:
    first, second = a_registered(at=AT), a_registered(at=AT + timedelta(days=7))
    case.triage(first.pk, category=first.category, actor=a_specialist, at=AT)
    before = (owed(first), owed(second))
    merging.merge(first.pk, into=second, actor=a_specialist, at=LATER)

    merging.undo_merge(first.pk, actor=a_specialist, at=LATER + timedelta(hours=1))

    first, second = Complaint.objects.get(pk=first.pk), Complaint.objects.get(pk=second.pk)
    assert (first.state, first.merged_into, first.received_at) == (State.TRIAGED, None, AT)
    assert second.received_at == AT + timedelta(days=7)
    assert (owed(first), owed(second)) == before
    assert first.next_check_at is not None


def test_of_two_merges_one_can_be_undone_and_the_other_still_counts(a_registered: Register, a_specialist: User) -> None:
    days = [a_registered(at=AT + timedelta(days=day)) for day in range(3)]
    for one in days[:2]:
        merging.merge(one.pk, into=days[2], actor=a_specialist, at=LATER)

    merging.undo_merge(days[0].pk, actor=a_specialist, at=LATER)

    assert Complaint.objects.get(pk=days[2].pk).received_at == AT + timedelta(days=1)


def test_a_merge_can_be_made_again_after_it_was_undone(a_merged: Callable, a_specialist: User) -> None:
    merged, winner = a_merged()
    merging.undo_merge(merged.pk, actor=a_specialist, at=LATER)
    merging.merge(merged.pk, into=winner, actor=a_specialist, at=LATER)

    undone = merging.undo_merge(merged.pk, actor=a_specialist, at=LATER)

    assert undone.state == State.TRIAGED
    assert Complaint.objects.get(pk=winner.pk).received_at == AT + timedelta(days=7)


@pytest.mark.parametrize("undone", [False, True])
def test_a_replay_finds_every_clock_after_a_merge_and_its_undoing(
    a_merged: Callable, a_specialist: User, undone: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    merged, _ = a_merged()
    if undone:
        merging.undo_merge(merged.pk, actor=a_specialist, at=LATER)

    call_command("replay", check=True)

    assert "0 differences" in capsys.readouterr().out


def test_once_the_other_is_answered_the_merge_stands(
    a_reviewed: Register, a_registered: Register, a_specialist: User
) -> None:
    winner, merged = a_reviewed(), a_registered()
    merging.merge(merged.pk, into=winner, actor=a_specialist, at=LATER)
    response.send_final_response(winner.pk, actor=a_specialist, at=LATER)

    with pytest.raises(Refused, match=f"{winner.reference} was answered for both on 9 June 2026, so the merge stands"):
        merging.undo_merge(merged.pk, actor=a_specialist, at=LATER)


def test_a_merge_into_what_was_merged_itself_is_undone_from_the_end(
    a_merged: Callable, a_registered: Register, a_specialist: User
) -> None:
    merged, winner = a_merged()
    last = a_registered(at=AT)
    merging.merge(winner.pk, into=last, actor=a_specialist, at=LATER)

    with pytest.raises(Refused, match=r"was itself merged\. Undo that merge first"):
        merging.undo_merge(merged.pk, actor=a_specialist, at=LATER)


def test_a_merge_into_a_complaint_that_ended_stands(a_merged: Callable, a_specialist: User) -> None:
    merged, winner = a_merged()
    ending.withdraw(winner.pk, reason="She has her money.", actor=a_specialist, at=LATER)

    with pytest.raises(Refused, match="has ended for both"):
        merging.undo_merge(merged.pk, actor=a_specialist, at=LATER)


def test_what_is_not_merged_has_no_merge_to_undo(a_registered: Register, a_specialist: User) -> None:
    with pytest.raises(Refused, match="not merged into another"):
        merging.undo_merge(a_registered().pk, actor=a_specialist, at=LATER)


def test_both_stories_tell_of_the_undoing(a_merged: Callable, a_specialist: User, client: Client) -> None:
    merged, winner = a_merged()
    merging.undo_merge(merged.pk, actor=a_specialist, at=LATER)
    client.force_login(a_specialist)

    pages = [client.get(f"/complaints/{one.reference}/").content.decode() for one in (merged, winner)]

    assert f"undid the merge into {winner.reference}" in pages[0]
    assert f"undid the merge of {merged.reference}, which stands by itself again" in pages[1]


def test_an_old_reference_leads_to_where_the_complaint_goes_on(
    a_merged: Callable, a_specialist: User, client: Client
) -> None:
    merged, winner = a_merged()
    client.force_login(a_specialist)

    page = client.get(f"/complaints/{merged.reference}/").content.decode()

    assert f"was merged into <b>{winner.reference}</b>" in page
    assert f'href="/complaints/{winner.reference}/">Go on with' in page
    assert page.count("btn--primary") == 1
    assert f"until {winner.reference} is answered" in page
    assert "story__entries" in client.get(f"/complaints/{merged.reference}/?as_it_was").content.decode()


def test_an_old_reference_leads_past_what_was_merged_itself(
    a_merged: Callable, a_registered: Register, a_specialist: User, client: Client
) -> None:
    merged, winner = a_merged()
    last = a_registered(at=AT)
    merging.merge(winner.pk, into=last, actor=a_specialist, at=LATER)
    client.force_login(a_specialist)

    page = client.get(f"/complaints/{merged.reference}/").content.decode()

    assert f"which was itself merged into <b>{last.reference}</b>" in page
    assert f"Go on with {last.reference}" in page


def test_where_the_other_is_another_teams_the_page_says_so_and_leads_nowhere(
    a_merged: Callable, a_specialist: User, client: Client
) -> None:
    merged, winner = a_merged()
    away = Team.objects.create(name="London", centre="London")
    Complaint.objects.filter(pk=winner.pk).update(team=away, owner=None)
    client.force_login(a_specialist)

    page = client.get(f"/complaints/{merged.reference}/").content.decode()

    assert "Another team works on" in page
    assert f'href="/complaints/{winner.reference}/"' not in page


def test_who_only_reads_is_not_offered_the_undoing(a_merged: Callable, an_auditor: User, client: Client) -> None:
    merged, _ = a_merged()
    client.force_login(an_auditor)

    assert "Undo the merge" not in client.get(f"/complaints/{merged.reference}/").content.decode()


def test_the_merge_is_undone_on_its_page(a_merged: Callable, a_specialist: User, client: Client) -> None:
    merged, _ = a_merged()
    client.force_login(a_specialist)

    answer = client.post(f"/complaints/{merged.reference}/step/undo_merge", {"version": merged.version})

    assert answer.status_code == 302
    assert Complaint.objects.get(pk=merged.pk).story.filter(kind=Kind.UNMERGED).count() == 1


@pytest.mark.parametrize("part", ["", "part/more", "clocks", "file", "step/link", "step/undo_merge", "pulse"])
def test_a_forbidden_complaint_answers_as_one_that_never_was(
    a_registered: Register, a_specialist: User, client: Client, part: str
) -> None:
    forbidden = a_registered(owner=None)
    Complaint.objects.filter(pk=forbidden.pk).update(team=Team.objects.create(name="London", centre="London"))
    client.force_login(a_specialist)

    there, never = (client.get(f"/complaints/{one}/{part}") for one in (forbidden.reference, "C-26-999999"))

    assert (there.status_code, never.status_code) == (404, 404)
    assert there.content.replace(forbidden.reference.encode(), b"") == never.content.replace(b"C-26-999999", b"")
    assert there.headers.items() == never.headers.items()
