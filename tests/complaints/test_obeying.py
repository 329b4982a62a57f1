"""A new escalation policy reaches the open complaints, and makes up nothing that lies before it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.models import Clock, Complaint, PolicyFollowing
from complaints.services import response
from complaints.services.obeying import obey
from complaints.thresholds import current
from tests.complaints.policies import a_rule, publish
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
RULE = {"rule": "uk-disp-payments", "obligation": "final_response"}


def published(*rules: str, days: int, without: str = "", version: int = 2) -> None:
    publish(*rules, without=without, version=version, at=AT + days * DAY)
    PolicyFollowing.objects.create(version=version)


def final(complaint: Complaint) -> Clock:
    return complaint.clocks.get(**RULE)


def test_open_complaints_are_planned_by_the_new_policy(a_registered: Register) -> None:
    complaint = a_registered()
    before = final(complaint).check_at
    published(a_rule("half", "50 % of the time"), days=1)

    assert obey(AT + DAY) == 1

    row = final(complaint)
    assert before is not None and row.check_at is not None and row.check_at < before
    assert row.at_risk_at == row.check_at
    complaint.refresh_from_db()
    assert complaint.next_check_at == min(one.check_at for one in complaint.clocks.exclude(check_at=None))


def test_a_moment_before_the_publication_is_not_made_up(a_registered: Register) -> None:
    complaint = a_registered()
    last_day = final(complaint).check_at
    # Half of its three weeks were over on the eleventh.
    published(a_rule("half", "50 % of the time"), days=14)

    obey(AT + 14 * DAY)

    assert final(complaint).check_at == last_day


def test_a_moment_between_publication_and_following_is_not_lost(a_registered: Register) -> None:
    complaint = a_registered()
    published(a_rule("half", "50 % of the time"), days=10)

    obey(AT + 12 * DAY)

    row = final(complaint)
    assert row.check_at is not None
    assert AT + 10 * DAY < row.check_at < AT + 12 * DAY


def test_what_is_due_and_unseen_is_left_to_the_sweep(a_registered: Register) -> None:
    complaint = a_registered()
    due = final(complaint).check_at
    published(a_rule("early", "7 days before the end"), days=40)

    obey(AT + 40 * DAY)

    assert final(complaint).check_at == due


def test_following_ends_and_older_work_is_overtaken(a_registered: Register) -> None:
    a_registered()
    published(a_rule("half", "50 % of the time"), days=1)
    published(a_rule("third", "33 % of the time"), days=1, version=3)

    assert [obey(AT + DAY), obey(AT + DAY)] == [1, 0]
    assert not PolicyFollowing.objects.filter(finished_at=None).exists()
    assert current.policy().version == 3


def test_a_step_after_the_publication_needs_no_following(a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    before = final(complaint).check_at
    published(a_rule("half", "50 % of the time"), days=0)

    response.acknowledge(complaint.pk, actor=a_specialist, at=AT + timedelta(hours=1))

    after = final(complaint).check_at
    assert before is not None and after is not None and after < before


def test_history_is_never_planned(a_registered: Register) -> None:
    complaint = a_registered()
    Complaint.objects.filter(pk=complaint.pk).update(imported=True, next_check_at=None)
    published(a_rule("half", "50 % of the time"), days=1)

    assert obey(timezone.now()) == 0
