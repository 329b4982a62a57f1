"""Targets of our own on a complaint: beside the law's clocks, never in their way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from complaints.models import Clock, Complaint, Target, TargetStatus
from complaints.ours import Glimpse, our_chip
from complaints.services import case, ending
from complaints.services.following import Followed, follow
from escalations.models import Escalation
from escalations.sweep import sweep
from regulations.services import publish_targets
from regulations.studio import drafts
from regulations.studio.publishing import publish
from tests.conftest import AT, Register, a_person
from users.models import Role, User

pytestmark = pytest.mark.django_db
# Monday 1 June 2026, 09:15 UTC, is when the complaint of these tests comes in.
REPLY: dict[str, Any] = {
    "key": "first-reply", "title": "First reply", "starts": ["received"], "met_by": ["acknowledged", "final_sent"],
    "length": "1bd",
}  # fmt: skip
DECISION: dict[str, Any] = {
    "key": "decision", "title": "Decision ready", "starts": ["received"], "met_by": ["decided"], "length": "3bd",
    "pauses": ["awaiting_customer"], "products": ["Payouts"],
}  # fmt: skip


@pytest.fixture
def our_targets(db: None) -> None:
    publish_targets([REPLY, DECISION], at=AT)


def target(complaint: Complaint, key: str = "decision") -> Target:
    return Target.objects.get(complaint=complaint, key=key)


def replayed() -> str:
    out = StringIO()
    call_command("replay", "--check", stdout=out)
    return out.getvalue()


def test_a_complaint_has_its_targets_from_its_first_moment(our_targets: None, a_registered: Register) -> None:
    complaint = a_registered()

    assert {row.key: row.due_on for row in Target.objects.filter(complaint=complaint)} == {
        "first-reply": date(2026, 6, 2), "decision": date(2026, 6, 4),
    }  # fmt: skip
    assert complaint.by_us["key"] == "first-reply"
    assert "2 targets, 0 differences" in replayed()


def test_targets_leave_the_law_alone(a_registered: Register) -> None:
    without = a_registered()
    publish_targets([REPLY, DECISION], at=AT)

    beside = a_registered()

    assert (beside.next_due_at, beside.next_check_at) == (without.next_due_at, without.next_check_at)
    assert beside.story.count() == without.story.count()
    assert Clock.objects.filter(complaint=beside).count() == Clock.objects.filter(complaint=without).count()


def test_a_missed_target_escalates_nothing(our_targets: None, a_registered: Register) -> None:
    complaint = a_registered()

    sweep(AT + timedelta(days=6))

    assert target(complaint).ends_at is not None
    assert not Escalation.objects.filter(complaint=complaint, reason__icontains="target").exists()
    assert set(Escalation.objects.filter(complaint=complaint).values_list("clock__rule", flat=True)) <= set(
        Clock.objects.filter(complaint=complaint).values_list("rule", flat=True)
    )


def test_while_we_wait_for_the_customer_ours_stands_still_and_the_laws_runs(
    our_targets: None, an_investigated: Register, a_specialist: User
) -> None:
    complaint = an_investigated()
    before = complaint.next_due_at

    asked = case.ask_customer(complaint.pk, question="Which day?", actor=a_specialist, at=AT + timedelta(days=1))
    waiting = target(complaint)
    case.customer_replied(complaint.pk, text="Monday.", actor=a_specialist, at=AT + timedelta(days=3))

    assert (waiting.status, waiting.ends_at, waiting.left) == (TargetStatus.PAUSED, None, "3 working days")
    assert asked.by_us["status"] == "paused"
    assert asked.next_due_at == before
    # Tuesday and Wednesday did not count: Thursday 4 June became Monday 8 June.
    assert target(complaint).due_on == date(2026, 6, 8)
    assert ", 0 differences" in replayed()


def test_a_target_is_met_by_what_it_names(our_targets: None, a_decided: Register) -> None:
    complaint = a_decided()

    assert (target(complaint).status, target(complaint).settled_by) == (TargetStatus.MET, "decided")
    assert ", 0 differences" in replayed()


def test_the_end_of_the_complaint_ends_what_still_runs(
    our_targets: None, a_registered: Register, a_specialist: User
) -> None:
    complaint = a_registered()

    ending.withdraw(complaint.pk, reason="Changed my mind.", actor=a_specialist, at=AT + timedelta(days=9))

    assert target(complaint).status == TargetStatus.ENDED
    assert ", 0 differences" in replayed()


def test_open_complaints_follow_a_new_target_and_then_nothing_is_left(a_registered: Register, an_admin: User) -> None:
    complaint, other = a_registered(), a_person("nora@larkspur.example", "Nora", Role.ADMIN, None)
    assert not Target.objects.exists()
    text = 'key = "reply"\ntitle = "Reply"\nstarts = "received"\nmet_by = "final_sent"\nlength = "2bd"\n'
    draft = drafts.start_new_target(text, actor=an_admin, at=AT)
    drafts.save(draft.pk, text=text, reason="New.", enforced=False, actor=an_admin, at=AT)
    publish(draft.pk, actor=other, at=AT)

    first, second = follow(AT), follow(AT)

    complaint.refresh_from_db()
    assert (first, second) == (Followed(1, 0), Followed())
    assert target(complaint, "reply").due_on == date(2026, 6, 3)
    assert ", 0 differences" in replayed()


def test_a_target_out_of_use_ends_and_is_proved_ended(our_targets: None, a_registered: Register) -> None:
    complaint = a_registered()
    from_then = [{**DECISION, "in_use": False}]
    publish_version_two(from_then[0])

    follow(AT)

    complaint.refresh_from_db()
    assert target(complaint).status == TargetStatus.ENDED
    assert complaint.by_us["key"] == "first-reply"
    assert ", 0 differences" in replayed()


def publish_version_two(words: dict[str, Any]) -> None:
    author, other = (a_person(f"{name}@larkspur.example", name, Role.ADMIN, None) for name in ("ann", "ben"))
    draft = drafts.start("target", words["key"], actor=author, at=AT)
    text = draft.text + "in_use = false\n" if words.get("in_use") is False else draft.text
    drafts.save(draft.pk, text=text, reason="Ended.", enforced=False, actor=author, at=AT)
    publish(draft.pk, actor=other, at=AT)


def test_a_target_for_another_product_or_team_is_not_asked_for(a_registered: Register) -> None:
    publish_targets([{**REPLY, "products": ["Cards"]}, {**DECISION, "teams": ["Cards London"]}], at=AT)

    assert a_registered().by_us == {}
    assert not Target.objects.exists()


def test_history_has_no_targets_and_nobody_follows_for_it(our_targets: None, a_registered: Register) -> None:
    complaint = a_registered()
    Complaint.objects.filter(pk=complaint.pk).update(imported=True, targets_mark=0)

    assert follow(AT) == Followed()


def test_replay_finds_a_target_somebody_changed_by_hand(our_targets: None, a_registered: Register) -> None:
    complaint = a_registered()
    Target.objects.filter(complaint=complaint, key="decision").update(due_on=date(2026, 7, 1))

    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("replay", "--check", stdout=out)

    assert "target decision: due_on is 2026-07-01, should be 2026-06-04" in out.getvalue()


def test_following_a_target_asks_as_much_for_eight_complaints_as_for_two(
    a_registered: Register, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (2, 8):
        for _ in range(number):
            a_registered()
        publish_targets([{**DECISION, "key": f"decision-{number}"}], at=AT)
        with django_assert_num_queries(NUMBER[number]):
            follow(AT)


# The second time there are rows of the first target to be read, and complaints that have none yet.
NUMBER = {2: 21, 8: 21}
NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)


def limit(status: str = "running", ends: datetime | None = NOW, settled: datetime | None = None) -> Glimpse:
    return Glimpse("decision", "Decision ready", status, "2 working days", NOW - timedelta(days=2), ends, settled)


@pytest.mark.parametrize(
    ("row", "tone", "text"),
    [
        (limit(ends=NOW + timedelta(days=2, hours=1)), "running", "2d 1h"),
        (limit(ends=NOW + timedelta(hours=2, minutes=20)), "close", "2h 20m"),
        (limit(ends=NOW - timedelta(days=3)), "late", "Missed by 3d"),
        (limit("paused", None), "waiting", "Waiting (ours)"),
        (limit("met", NOW, NOW - timedelta(hours=1)), "met", "Met"),
        (limit("missed", NOW, NOW + timedelta(hours=4)), "missed", "Missed by 4h"),
        (limit("ended"), "ended", "No longer applies"),
        (limit(ends=None), "waiting", "Not counted"),
    ],
)
def test_the_chip_says_where_a_target_stands(row: Glimpse, tone: str, text: str) -> None:
    chip = our_chip(row, now=NOW)

    assert (chip.tone, chip.text) == (tone, text)
