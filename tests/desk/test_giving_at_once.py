"""Two givers at the same moment: nobody is given more than the most they may have. Real commits, real locks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.db import connection, transaction

from complaints.models import Complaint
from escalations.desk import giving
from escalations.desk.models import TeamDesk
from tests.conftest import AT, Register
from users.models import Team, User

pytestmark = pytest.mark.django_db(transaction=True)


def arrivals(a_registered: Register, team: Team, number: int) -> list[Complaint]:
    made = [a_registered(owner=None) for _ in range(number)]
    Complaint.objects.filter(pk__in=[one.pk for one in made]).update(team=team)
    return made


def test_two_automatic_givers_never_exceed_the_most_somebody_may_have(
    a_registered: Register, a_specialist: User, a_team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrivals(a_registered, a_team, 8)
    TeamDesk.objects.create(team=a_team, gives_by_itself=True)
    User.objects.filter(pk=a_specialist.pk).update(most_cases=2)
    # Each takes four, so that both have something to give: what one holds the other does not see.
    monkeypatch.setattr(giving, "MOST", 4)

    given = _at_once(*[lambda: giving.give_by_itself(at=AT)] * 4)

    assert sum(given) == 2
    assert a_specialist.complaints.count() == 2


def test_a_giver_waits_for_another_that_holds_the_team_and_counts_after_it(
    a_registered: Register, a_specialist: User, a_team: Team
) -> None:
    mine, other = arrivals(a_registered, a_team, 2)
    TeamDesk.objects.create(team=a_team, gives_by_itself=True)
    User.objects.filter(pk=a_specialist.pk).update(most_cases=1)
    done: list[int] = []
    with ExitStack() as stack:
        stack.enter_context(transaction.atomic())
        giving.hold(a_team)
        second = threading.Thread(target=lambda: (done.append(giving.give_by_itself(at=AT)), connection.close()))
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive(), "the second giver did not wait for the first"
        Complaint.objects.filter(pk=mine.pk).update(owner=a_specialist)
    second.join(timeout=20)

    assert done == [0]
    assert not Complaint.objects.filter(pk=other.pk, owner=a_specialist).exists()


def test_what_was_proposed_an_hour_ago_is_refused_once_there_is_no_room(
    a_registered: Register, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    first, second = arrivals(a_registered, a_team, 2)
    User.objects.filter(pk=a_specialist.pk).update(most_cases=1)
    owner = User.objects.select_related("team").get(pk=a_specialist.pk)

    outcomes = giving.give_as_proposed(
        [(first.reference, first.version), (second.reference, second.version)], owner=owner, actor=a_lead, at=AT
    )

    assert [one.done for one in outcomes] == [False, True]
    assert outcomes[0].said == "Maeve Kelly has 1 open of at most 1 now. Give it by hand if it must be."


def _at_once(*acts: Callable[[], int]) -> list[int]:
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        gate.wait(timeout=10)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
