"""What nobody takes goes up the line, in the working time of those who should have taken it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from complaints.models import Complaint, Entry, Kind
from complaints.services import case
from complaints.services.story import first_broken_link
from correspondence.models import OutboundMail
from escalations.climbing import climb
from escalations.models import Escalation, Notice
from escalations.services import raise_by_hand, reassign, resolve, take
from escalations.sweep import sweep
from tests.conftest import AT, Register, a_person
from tests.escalations.builders import a_clock
from users.models import Role, Team, User
from users.working import after_working

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def moment(words: str) -> datetime:
    return datetime.fromisoformat(f"{words}+00:00")


@pytest.fixture
def a_head(a_lead: User, a_team: Team) -> User:
    """The lead of the lead."""
    head = a_person("orla.byrne@larkspur.example", "Orla Byrne", Role.LEAD, a_team)
    a_lead.reports_to = head
    a_lead.save()
    return head


@pytest.mark.parametrize(
    ("at", "wait", "then"),
    [
        # Dublin in June is an hour ahead of UTC; it works from 9:00 to 17:30.
        ("2026-06-01T09:15", 4, "2026-06-01T13:15"),
        ("2026-06-01T15:30", 4, "2026-06-02T11:00"),
        ("2026-06-01T23:00", 2, "2026-06-02T10:00"),
        ("2026-06-02T06:00", 2, "2026-06-02T10:00"),
        ("2026-06-05T16:00", 2, "2026-06-08T09:30"),
        ("2026-06-06T12:00", 2, "2026-06-08T10:00"),
        # The clocks go back on Sunday 25 October: Monday's hours are UTC's.
        ("2026-10-23T16:00", 2, "2026-10-26T10:30"),
        ("2026-06-01T08:00", 20, "2026-06-03T11:00"),
    ],
)
def test_waiting_is_counted_in_working_time(at: str, wait: int, then: str) -> None:
    team = Team(name="Payouts Dublin", centre="Dublin", zone="Europe/Dublin")
    team.clean_fields(exclude=["name"])

    assert after_working(wait * HOUR, team, at=moment(at)) == moment(then)


def test_what_the_lead_does_not_take_goes_to_their_lead(
    a_registered: Register, a_specialist: User, a_lead: User, a_head: User
) -> None:
    complaint = a_registered()
    raised = raise_by_hand(complaint.pk, comment="She rang in tears.", actor=a_specialist, at=AT)

    assert climb(AT + 3 * HOUR) == 0
    assert climb(AT + 4 * HOUR) == 1

    raised.refresh_from_db()
    assert (raised.assigned_to, raised.level, raised.state) == (a_head, 1, "open")
    last = complaint.story.last()
    assert last is not None
    assert last.data["text"] == "Tom Okafor did not take the escalation in time. It went up to Orla Byrne."
    assert {notice.user for notice in Notice.objects.all()} == {a_lead, a_head}
    assert OutboundMail.objects.filter(to=a_head.email).count() == 1
    assert first_broken_link(complaint.story.all()) is None


def test_it_climbs_once_for_each_time_it_was_not_taken(
    a_registered: Register, a_specialist: User, a_head: User, an_admin: User
) -> None:
    raised = raise_by_hand(a_registered().pk, comment="Look.", actor=a_specialist, at=AT)

    done = [climb(AT + 4 * HOUR), climb(AT + 4 * HOUR), climb(AT + timedelta(days=3)), climb(AT + timedelta(days=9))]

    raised.refresh_from_db()
    assert done == [1, 0, 1, 0]
    assert (raised.level, raised.assigned_to, raised.climbs_at) == (2, a_head, None)
    assert OutboundMail.objects.filter(to=an_admin.email).count() == 1


@pytest.mark.parametrize("act", ["take", "resolve"])
def test_what_somebody_deals_with_stays_where_it_is(
    a_registered: Register, a_specialist: User, a_lead: User, a_head: User, act: str
) -> None:
    raised = raise_by_hand(a_registered().pk, comment="Look.", actor=a_specialist, at=AT)
    if act == "take":
        take(raised.pk, actor=a_lead, at=AT + HOUR)
    else:
        resolve(raised.pk, resolution="I rang her.", actor=a_lead, at=AT + HOUR)

    assert climb(AT + timedelta(days=3)) == 0


def test_who_gets_it_from_another_has_the_whole_time(
    a_registered: Register, a_specialist: User, a_lead: User, a_head: User
) -> None:
    raised = raise_by_hand(a_registered().pk, comment="Look.", actor=a_specialist, at=AT)
    reassign(raised.pk, to=a_head, actor=a_lead, at=AT + 3 * HOUR)

    assert climb(AT + 4 * HOUR) == 0
    assert Escalation.objects.get().climbs_at == AT + 7 * HOUR


def test_what_has_no_cause_any_more_bothers_nobody(
    a_registered: Register, a_specialist: User, a_lead: User, a_head: User, a_team: Team
) -> None:
    complaint = a_registered(owner=None)
    Complaint.objects.filter(pk=complaint.pk).update(team=a_team)
    sweep(AT + HOUR)
    case.assign(complaint.pk, owner=a_specialist, actor=a_specialist, at=AT + HOUR)
    before = OutboundMail.objects.count()

    climb(AT + timedelta(days=2))

    assert OutboundMail.objects.count() == before
    assert Escalation.objects.get().level == 0


def test_a_line_that_runs_in_a_ring_ends_with_the_admins(
    a_registered: Register, a_specialist: User, a_lead: User, a_head: User, an_admin: User
) -> None:
    a_head.reports_to = a_lead
    a_head.save()
    raise_by_hand(a_registered().pk, comment="Look.", actor=a_specialist, at=AT)

    climbed = sum(climb(AT + timedelta(days=day)) for day in range(1, 30))

    assert climbed == 5
    assert OutboundMail.objects.filter(to=an_admin.email).count() == 1


def test_the_alert_of_a_broken_story_climbs_without_the_story(
    a_specialist: User, a_lead: User, a_head: User, a_team: Team
) -> None:
    bad = a_clock(AT, owner=a_specialist, team=a_team, warned=True).complaint
    Entry.objects.create(complaint=bad, seq=1, kind=Kind.NOTED, occurred_at=AT, recorded_at=AT, digest="0" * 64)
    sweep(AT)

    assert climb(AT + 4 * HOUR) == 1
    assert Escalation.objects.get().assigned_to == a_head
    assert bad.story.count() == 1
