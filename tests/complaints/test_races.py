"""Two people at the two ends of a merge or a split in the same moment: on real PostgreSQL, with real commits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from complaints.errors import Refused, Stale
from complaints.models import Complaint, Kind, State
from complaints.services import merging, splitting
from complaints.services.story import first_broken_link, lock
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def in_between(complaint: Complaint, slow: Callable[[], object], fast: Callable[[], object]) -> Future[object]:
    """Begin the slow act, do the fast one before it gets the complaint's lock, and return what became of the slow one."""

    def run() -> object:
        try:
            return slow()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock(complaint.pk)
            begun = pool.submit(run)
            with connection.cursor() as cursor:
                waits = 0
                while not waits and not begun.done():
                    cursor.execute("SELECT count(*) FROM pg_locks, pg_sleep(0.01) WHERE NOT granted")
                    waits = cursor.fetchone()[0]
            fast()
        begun.exception(timeout=20)
        return begun


def test_an_undoing_of_a_merge_that_was_undone_and_made_elsewhere_meanwhile_changes_nothing(
    a_registered: Register, a_specialist: User
) -> None:
    complaint, first, second = a_registered(), a_registered(), a_registered()
    merging.merge(complaint.pk, into=first, actor=a_specialist, at=AT)

    def undo() -> Complaint:
        return merging.undo_merge(complaint.pk, actor=a_specialist, at=AT)

    def elsewhere() -> None:
        undo()
        merging.merge(complaint.pk, into=second, actor=a_specialist, at=AT)

    undone = in_between(complaint, undo, elsewhere)

    with pytest.raises(Stale, match="Somebody changed this complaint"):
        undone.result()
    after = Complaint.objects.get(pk=complaint.pk)
    assert (after.state, after.merged_into) == (State.MERGED, second)
    assert first.story.filter(kind=Kind.UNMERGED).count() == 1
    assert not second.story.filter(kind=Kind.UNMERGED).exists()
    assert {first_broken_link(list(one.story.all())) for one in (complaint, first, second)} == {None}


def test_a_split_is_undone_once_however_many_press(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    second = splitting.split(
        complaint.pk, subject="The card", narrative="And the card.", category=complaint.category, reason="Two matters",
        actor=a_specialist, at=AT,
    )  # fmt: skip

    def undo() -> Complaint:
        return splitting.undo_split(second.pk, actor=a_specialist, at=AT)

    # The first is the lower number, whose lock everybody takes first.
    pressed = in_between(complaint, undo, undo)

    with pytest.raises(Refused):
        pressed.result()
    assert complaint.story.filter(kind=Kind.SPLIT_UNDONE).count() == 1
    assert Complaint.objects.get(pk=second.pk).story.filter(kind=Kind.MERGED).count() == 1


def test_two_complaints_merged_into_each_other_at_once_leave_one_open(
    a_registered: Register, a_specialist: User
) -> None:
    one, other = a_registered(), a_registered()

    merged = in_between(
        one,
        lambda: merging.merge(other.pk, into=one, actor=a_specialist, at=AT),
        lambda: merging.merge(one.pk, into=other, actor=a_specialist, at=AT),
    )

    with pytest.raises(Refused, match="has ended"):
        merged.result()
    assert Complaint.objects.filter(state=State.MERGED).get() == one
