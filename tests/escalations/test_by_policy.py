"""What a policy of the house's own makes the sweep raise."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from complaints.models import Clock, Complaint
from complaints.services import response, review
from complaints.services.story import first_broken_link
from complaints.thresholds import current
from correspondence.models import OutboundMail
from escalations.models import Escalation, Notice
from escalations.queues import asking
from escalations.sweep import Swept, sweep
from tests.complaints.policies import a_rule, publish
from tests.conftest import AT, Register
from tests.escalations.builders import DAY, a_clock, complaints_with_a_clock
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db
NIGHT = datetime.fromisoformat("2026-06-22T23:00:00+00:00")
HOUR = timedelta(hours=1)
SEVERAL = (
    a_rule("half", "50 % of the time", severity=1),
    a_rule("three_days", "3 working days before the end"),
    a_rule("two_days_late", "2 days after breach", to="admins", severity=3),
)


def raised(complaint: Complaint) -> list[tuple[str, str]]:
    rows = complaint.escalations.order_by("pk")
    return [(one.threshold, f"{one.occurred_at:%m-%d %H:%M}") for one in rows]


def sweep_through(complaint: Complaint, until: datetime) -> None:
    """Sweep at every moment the complaint asks for, as a worker would."""
    while complaint.next_check_at and complaint.next_check_at <= until:
        sweep(complaint.next_check_at)
        complaint.refresh_from_db()


def test_a_limit_has_one_outcome_for_each_threshold_at_its_own_moment(a_registered: Register) -> None:
    publish(*SEVERAL)
    complaint = a_registered()

    sweep_through(complaint, AT + 60 * DAY)

    final = complaint.clocks.get(rule="uk-disp-payments", obligation="final_response")
    rows = Escalation.objects.filter(clock=final).order_by("pk")
    assert [(one.threshold, f"{one.occurred_at:%m-%d %H:%M}", one.policy) for one in rows] == [
        ("half", "06-11 23:00", 2), ("three_days", "06-17 23:00", 2), ("at_risk", "06-21 23:00", 2),
        ("missed", "06-22 23:00", 2), ("two_days_late", "06-24 23:00", 2),
    ]  # fmt: skip
    assert {one.due_at for one in rows} == {final.ends_at}
    assert first_broken_link(complaint.story.all()) is None


def test_of_warnings_that_passed_unseen_the_last_is_told(a_specialist: User, a_team: Team) -> None:
    publish(*SEVERAL)
    clock = a_clock(NIGHT, owner=a_specialist, team=a_team)
    Complaint.objects.update(next_check_at=NIGHT - 9 * DAY)
    Clock.objects.update(check_at=NIGHT - 9 * DAY)

    sweep(NIGHT - 2 * HOUR)

    assert [name for name, _ in raised(clock.complaint)] == ["at_risk"]
    clock.complaint.refresh_from_db()
    assert clock.complaint.next_check_at == NIGHT


def test_what_was_missed_while_nobody_swept_is_told_with_what_came_after(a_specialist: User, a_team: Team) -> None:
    publish(*SEVERAL)
    clock = a_clock(NIGHT, owner=a_specialist, team=a_team)

    done = [sweep(NIGHT + 9 * DAY), sweep(NIGHT + 10 * DAY)]

    assert done == [Swept(complaints=1, missed=2), Swept()]
    assert raised(clock.complaint) == [("missed", "06-22 23:00"), ("two_days_late", "06-24 23:00")]


def test_a_limit_that_was_met_late_is_not_spoken_of_again(a_reviewed: Register, a_specialist: User) -> None:
    publish(*SEVERAL)
    complaint = a_reviewed()
    final = complaint.clocks.get(rule="uk-disp-payments", obligation="final_response")
    assert final.ends_at is not None
    sweep_through(complaint, final.ends_at)
    response.send_final_response(complaint.pk, actor=a_specialist, at=final.ends_at + HOUR)
    complaint.refresh_from_db()

    sweep_through(complaint, final.ends_at + 4 * DAY)

    names = Escalation.objects.filter(clock=final).values_list("threshold", flat=True)
    assert "missed" in names
    assert "two_days_late" not in names


def test_a_rule_changes_whom_it_goes_to_and_how_severe_it_is(
    a_specialist: User, a_lead: User, a_team: Team, an_admin: User
) -> None:
    publish(a_rule("grave", "at breach", to="line 2", severity=2, more='for = { jurisdiction = ["GB"] }'))
    head = User.objects.create(email="head@larkspur.example", name="Orla Byrne", role=Role.LEAD, team=a_team)
    a_lead.reports_to = head
    a_lead.save()
    a_clock(NIGHT, owner=a_specialist, team=a_team, warned=True)

    sweep(NIGHT)

    escalation = Escalation.objects.get()
    assert (escalation.threshold, escalation.assigned_to, escalation.severity) == ("grave", head, 2)
    assert escalation.climbs_at is None


def test_what_is_told_by_the_app_alone_sends_no_mail(a_specialist: User, a_team: Team) -> None:
    quiet = a_rule("half", "50 % of the time").replace(', "mail"', "")
    publish(quiet, without="at_risk")
    clock = a_clock(NIGHT, owner=a_specialist, team=a_team)
    Complaint.objects.update(next_check_at=NIGHT - 8 * DAY)
    Clock.objects.filter(pk=clock.pk).update(check_at=NIGHT - 8 * DAY)

    sweep(NIGHT - 7 * DAY)

    assert Notice.objects.count() == 1
    assert not OutboundMail.objects.exists()


def test_whoever_is_on_shift_gets_it(a_specialist: User, a_team: Team, a_lead: User) -> None:
    publish(a_rule("grave", "at breach", to="lead on shift"), without="")
    sydney = Team.objects.create(name="Payouts Sydney", centre="Sydney", zone="Australia/Sydney")
    awake = User.objects.create(email="zoe@larkspur.example", name="Zoe Chan", role=Role.LEAD, team=sydney)
    # 23:00 UTC is midnight in Dublin and nine in the morning in Sydney.
    a_clock(NIGHT, owner=a_specialist, team=None, warned=True)

    sweep(NIGHT)

    assert Escalation.objects.get().assigned_to == awake


def test_a_letter_that_waits_for_approval_is_told_until_somebody_has_read_it(
    a_decided: Register, a_specialist: User, a_lead: User
) -> None:
    publish(a_rule("slow", "waiting for approval for 4 working hours"))
    complaint = a_decided()
    review.send_for_review(complaint.pk, actor=a_specialist, at=AT + HOUR)
    sweep(AT + 4 * HOUR)
    assert not Escalation.objects.filter(threshold="slow").exists()

    # Asked at 11:15 in Dublin; four working hours later it is 15:15.
    sweep(AT + 5 * HOUR)

    escalation = Escalation.objects.get(threshold="slow")
    assert escalation.text == "Its letter waits for a second pair of eyes; Maeve Kelly owns it."
    assert escalation in asking(a_lead)
    review.approve(complaint.pk, actor=a_lead, at=AT + 6 * HOUR)
    assert escalation not in asking(a_lead)


def test_a_letter_that_was_approved_in_time_is_not_told(a_decided: Register, a_specialist: User, a_lead: User) -> None:
    publish(a_rule("slow", "waiting for approval for 4 hours"))
    complaint = a_decided()
    review.send_for_review(complaint.pk, actor=a_specialist, at=AT + HOUR)
    review.approve(complaint.pk, actor=a_lead, at=AT + 2 * HOUR)

    sweep(AT + 6 * HOUR)

    assert not Escalation.objects.filter(threshold="slow").exists()


def test_what_nobody_owns_is_told_again_to_others(a_registered: Register, an_admin: User) -> None:
    publish(a_rule("still_nobody", "unassigned for 4 hours", to="admins"))
    complaint = a_registered(owner=None)

    sweep_through(complaint, AT + DAY)

    about_owner = [name for name, _ in raised(complaint) if name in ("unassigned", "still_nobody")]
    assert about_owner == ["unassigned", "still_nobody"]


def test_rules_about_places_ask_no_question_per_complaint(
    a_specialist: User, a_team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    publish(
        a_rule("grave", "at breach", more='for = { team = ["Cards"], product = ["Loans"] }'),
        a_rule("slow", "waiting for approval for 4 working hours"),
        a_rule("late", "2 working days after breach"),
    )
    current.policy()
    complaints_with_a_clock([NIGHT], owner=a_specialist, team=a_team)
    complaints_with_a_clock([NIGHT + DAY] * 30, owner=a_specialist, team=a_team)
    with CaptureQueriesContext(connection) as one:
        sweep(NIGHT)

    with django_assert_num_queries(len(one)):
        sweep(NIGHT + DAY)
