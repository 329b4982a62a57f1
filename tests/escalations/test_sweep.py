"""The sweep: each due moment has one outcome, and one bad complaint stops nobody else's."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from complaints.models import Clock, Complaint, Entry, Kind
from complaints.services import case
from complaints.services.story import first_broken_link
from correspondence.models import OutboundMail
from escalations.models import Escalation, Notice, Reason
from escalations.services import resolve
from escalations.sweep import LOOK_AGAIN, Swept, sweep
from regulations.models import ClockStatus
from tests.conftest import AT, Register
from tests.escalations.builders import DAY, a_clock, complaints_with_a_clock
from users.models import Team, User

pytestmark = pytest.mark.django_db
NIGHT = datetime.fromisoformat("2026-06-22T23:00:00+00:00")
SECOND = timedelta(seconds=1)


def kinds(complaint: Complaint) -> list[str]:
    return [entry.kind for entry in complaint.story.all()]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NIGHT - DAY - SECOND, []),
        (NIGHT - DAY, ["at_risk"]),
        (NIGHT - SECOND, ["at_risk"]),
        (NIGHT, ["missed"]),
        (NIGHT + 9 * DAY, ["missed"]),
    ],
)
def test_a_clock_that_nobody_looked_at_has_one_outcome(
    now: datetime, expected: list[str], a_specialist: User, a_team: Team
) -> None:
    a_clock(NIGHT, owner=a_specialist, team=a_team)

    sweep(now)

    assert [row.reason for row in Escalation.objects.all()] == expected


def test_a_clock_is_first_at_risk_and_then_missed(a_specialist: User, a_team: Team) -> None:
    clock = a_clock(NIGHT, owner=a_specialist, team=a_team)

    done = [sweep(NIGHT - DAY), sweep(NIGHT - SECOND), sweep(NIGHT), sweep(NIGHT + DAY)]

    assert done == [Swept(complaints=1, at_risk=1), Swept(), Swept(complaints=1, missed=1), Swept()]
    assert kinds(clock.complaint) == [Kind.ESCALATED, Kind.CLOCK_MISSED, Kind.ESCALATED]
    clock.refresh_from_db()
    assert clock.status == ClockStatus.MISSED


def test_a_second_sweep_does_nothing(a_specialist: User, a_team: Team) -> None:
    complaints_with_a_clock([NIGHT] * 7, owner=a_specialist, team=a_team)
    sweep(NIGHT)
    before = (Escalation.objects.count(), Entry.objects.count(), Notice.objects.count(), OutboundMail.objects.count())

    assert sweep(NIGHT) == Swept()
    assert before == (
        Escalation.objects.count(), Entry.objects.count(), Notice.objects.count(), OutboundMail.objects.count()
    )  # fmt: skip


def test_batches_go_on_until_nothing_is_due(a_specialist: User, a_team: Team) -> None:
    complaints_with_a_clock([NIGHT] * 7, owner=a_specialist, team=a_team)

    assert sweep(NIGHT, batch=3) == Swept(complaints=7, missed=7)


def test_a_missed_limit_goes_to_the_owners_lead_and_tells_both(a_specialist: User, a_lead: User, a_team: Team) -> None:
    a_clock(NIGHT, owner=a_specialist, team=a_team)

    sweep(NIGHT)

    escalation = Escalation.objects.get()
    assert (escalation.assigned_to, escalation.severity) == (a_lead, 3)
    assert escalation.text == "Final response (DISP 1.6.2AR) was due by Mon 22 Jun 2026; Maeve Kelly owns it."
    assert {notice.user for notice in Notice.objects.all()} == {a_lead, a_specialist}
    mail = OutboundMail.objects.get()
    assert (mail.to, mail.subject) == (a_lead.email, "Missed: C-25-000001")


def test_without_a_lead_the_admins_are_told(an_admin: User) -> None:
    team = Team.objects.create(name="Nobody leads", centre="Sydney")
    a_clock(NIGHT, team=team)

    sweep(NIGHT)

    assert Escalation.objects.get().assigned_to is None
    assert OutboundMail.objects.get().to == an_admin.email


def test_what_nobody_owns_escalates_before_anything_else(a_registered: Register, a_lead: User, a_team: Team) -> None:
    complaint = a_registered(owner=None)
    Complaint.objects.filter(pk=complaint.pk).update(team=a_team)

    sweep(AT + timedelta(minutes=29))
    assert not Escalation.objects.exists()
    done = sweep(AT + timedelta(minutes=30))

    assert done == Swept(complaints=1, unassigned=1)
    escalation = Escalation.objects.get()
    assert (escalation.reason, escalation.severity, escalation.assigned_to) == (Reason.UNASSIGNED, 2, a_lead)
    assert escalation.text.startswith("Nobody owns this complaint, and its first limit is ")


def test_what_somebody_owns_by_then_is_no_escalation(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered(owner=None)
    case.assign(complaint.pk, owner=a_specialist, actor=a_specialist, at=AT + timedelta(minutes=5))

    sweep(AT + timedelta(minutes=30))

    assert not Escalation.objects.exists()


def test_a_limit_that_moved_and_is_missed_again_escalates_again(a_specialist: User, a_team: Team) -> None:
    clock = a_clock(NIGHT, owner=a_specialist, team=a_team)
    sweep(NIGHT)
    later = NIGHT + 20 * DAY
    Clock.objects.filter(pk=clock.pk).update(ends_at=later, check_at=later, status=ClockStatus.RUNNING)
    Complaint.objects.filter(pk=clock.complaint_id).update(next_check_at=later)

    sweep(later)

    assert [row.due_at for row in Escalation.objects.order_by("pk")] == [NIGHT, later]


def test_imported_history_never_escalates(a_specialist: User, a_team: Team) -> None:
    clock = a_clock(NIGHT, owner=a_specialist, team=a_team)
    Complaint.objects.filter(pk=clock.complaint_id).update(imported=True, next_check_at=None)

    assert sweep(NIGHT + DAY) == Swept()


def test_a_complaint_with_a_broken_story_is_put_aside_and_the_rest_goes_on(
    a_specialist: User, a_lead: User, a_team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    clocks = complaints_with_a_clock([NIGHT] * 9, owner=a_specialist, team=a_team)
    bad = clocks[4].complaint
    Entry.objects.create(complaint=bad, seq=1, kind=Kind.NOTED, occurred_at=NIGHT, recorded_at=NIGHT, digest="0" * 64)

    done = sweep(NIGHT)

    assert done == Swept(complaints=9, missed=8, set_aside=1)
    assert Counter(Escalation.objects.values_list("reason", flat=True)) == {"missed": 8, "set_aside": 1}
    bad.refresh_from_db()
    assert bad.next_check_at == NIGHT + LOOK_AGAIN
    alert = Escalation.objects.get(complaint=bad)
    assert alert.text.startswith("The sweep could not look at this complaint")
    assert alert.assigned_to == a_lead
    assert "could not look at complaint" in caplog.text


def test_what_is_put_aside_is_tried_every_hour_and_said_once(a_specialist: User, a_team: Team) -> None:
    bad = a_clock(NIGHT, owner=a_specialist, team=a_team, warned=True).complaint
    Entry.objects.create(complaint=bad, seq=1, kind=Kind.NOTED, occurred_at=NIGHT, recorded_at=NIGHT, digest="0" * 64)

    done = [sweep(NIGHT), sweep(NIGHT + LOOK_AGAIN / 2), sweep(NIGHT + LOOK_AGAIN)]

    assert [swept.set_aside for swept in done] == [1, 0, 1]
    assert Escalation.objects.count() == 1


def test_what_was_put_aside_and_mended_has_its_outcome(a_specialist: User, a_team: Team) -> None:
    bad = a_clock(NIGHT, owner=a_specialist, team=a_team, warned=True).complaint
    Entry.objects.create(complaint=bad, seq=1, kind=Kind.NOTED, occurred_at=NIGHT, recorded_at=NIGHT, digest="0" * 64)
    sweep(NIGHT)
    Complaint.objects.filter(pk=bad.pk).update(story_length=1)

    assert sweep(NIGHT + LOOK_AGAIN) == Swept(complaints=1, missed=1)


def test_a_resolved_escalation_does_not_come_back(a_specialist: User, a_lead: User, a_team: Team) -> None:
    a_clock(NIGHT, owner=a_specialist, team=a_team)
    sweep(NIGHT)
    resolve(Escalation.objects.get().pk, resolution="The letter goes out today.", actor=a_lead, at=NIGHT)

    sweep(NIGHT + DAY)

    assert Escalation.objects.count() == 1


def test_the_story_stays_one_unbroken_chain(a_registered: Register) -> None:
    complaint = a_registered(owner=None)

    sweep(AT + timedelta(minutes=31))
    sweep(AT + 60 * DAY)

    entries = list(Entry.objects.filter(complaint=complaint))
    assert {Kind.CLOCK_MISSED, Kind.ESCALATED} <= {entry.kind for entry in entries}
    assert first_broken_link(entries) is None


def test_a_batch_costs_the_same_questions_for_one_and_for_thirty(
    a_specialist: User, a_team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    complaints_with_a_clock([NIGHT], owner=a_specialist, team=a_team)
    complaints_with_a_clock([NIGHT + DAY] * 30, owner=a_specialist, team=a_team)
    with CaptureQueriesContext(connection) as one:
        sweep(NIGHT)

    with django_assert_num_queries(len(one)):
        sweep(NIGHT + DAY)


def test_the_command_says_what_it_did(a_specialist: User, a_team: Team) -> None:
    a_clock(NIGHT, owner=a_specialist, team=a_team)
    out = StringIO()

    call_command("sweep", "--at", NIGHT.isoformat(), stdout=out)

    assert out.getvalue() == "Looked at 1 complaints: 0 at risk, 1 missed, 0 unassigned, 0 put aside.\n"


@pytest.mark.parametrize("words", ["yesterday", "2026-06-22", "2026-06-22T23:00:00", "2026-13-40T23:00:00+00:00"])
def test_the_command_refuses_what_is_no_moment(words: str) -> None:
    with pytest.raises(CommandError, match="is not a moment"):
        call_command("sweep", "--at", words)
