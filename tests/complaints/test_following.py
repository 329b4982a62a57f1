"""When the law's data changes, open complaints follow it, and finished ones keep what they were decided by."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from complaints.models import Clock, Complaint, Entry, Kind, State
from complaints.services import ending, response
from complaints.services.following import Followed, behind, follow
from complaints.services.story import lock
from regulations import books
from regulations.models import ClockStatus
from regulations.studio import drafts
from regulations.studio.publishing import publish
from tests.conftest import AT, Register, a_person
from users.models import Role, User

pytestmark = pytest.mark.django_db
RULE, LATER = "uk-disp-payments", AT + timedelta(hours=3)
JUBILEE = date(2026, 6, 15)


@pytest.fixture
def another_admin(db: None) -> User:
    return a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)


def publish_change(author: User, other: User, *, change: tuple[str, str], from_on: date | None = None) -> None:
    draft = drafts.start("rule", RULE, actor=author, at=AT)
    text = draft.text.replace(*change)
    drafts.save(draft.pk, text=text, reason="A change.", enforced=True, actor=author, at=AT)
    publish(draft.pk, from_on=from_on, actor=other, at=LATER)


def close_a_day(author: User, other: User, *, name: str = "Jubilee") -> None:
    draft = drafts.change_day("GB-ENG", on=JUBILEE, name=name, reason="", actor=author, at=AT)
    publish(draft.pk, actor=other, at=LATER)


def due(complaint: Complaint, obligation: str = "final_response") -> date | None:
    return Clock.objects.get(complaint=complaint, rule=RULE, obligation=obligation).due_on


def test_a_new_bank_holiday_moves_the_clocks_of_open_complaints_and_says_so(
    a_registered: Register, an_admin: User, another_admin: User
) -> None:
    complaint = a_registered()
    assert due(complaint) == date(2026, 6, 22)

    close_a_day(an_admin, another_admin)
    done = follow(LATER)

    complaint.refresh_from_db()
    assert (due(complaint), done) == (date(2026, 6, 23), Followed(1, 1))
    assert complaint.next_due_at == datetime(2026, 6, 23, 23, tzinfo=UTC)
    assert complaint.law_calendars == books.current().calendars_mark
    said = complaint.story.filter(kind=Kind.CLOCK_MOVED, data__obligation="final_response").get().data
    assert (said["was_due_on"], said["due_on"]) == ("2026-06-22", "2026-06-23")
    call_command("replay", "--check")


def test_a_shorter_limit_is_followed_and_a_rollback_restores_what_was(
    a_registered: Register, an_admin: User, another_admin: User
) -> None:
    complaint = a_registered()
    publish_change(an_admin, another_admin, change=('length = "15bd"', 'length = "14bd"'))
    follow(LATER)
    assert due(complaint) == date(2026, 6, 19)

    back = drafts.start("rule", RULE, actor=another_admin, at=LATER, back_to=1)
    publish(back.pk, actor=an_admin, at=LATER)
    follow(LATER)

    assert due(complaint) == date(2026, 6, 22)
    call_command("replay", "--check")


def test_a_rule_from_a_later_day_leaves_todays_complaints_alone(
    a_registered: Register, an_admin: User, another_admin: User
) -> None:
    complaint = a_registered()
    publish_change(an_admin, another_admin, change=('length = "15bd"', 'length = "14bd"'), from_on=date(2026, 9, 1))

    assert follow(LATER) == Followed(1, 0)

    later = a_registered(received_at=datetime(2026, 9, 1, 9, tzinfo=UTC), at=datetime(2026, 9, 1, 9, 5, tzinfo=UTC))
    versions = {one.pk: one.clocks.get(obligation="final_response").rule_version for one in (complaint, later)}
    assert versions == {complaint.pk: 1, later.pk: 2}


def test_a_date_promised_to_a_customer_is_never_lengthened(
    an_investigated: Register, a_specialist: User, an_admin: User, another_admin: User
) -> None:
    complaint = an_investigated()
    promised = date(2026, 7, 10)
    response.send_holding_response(
        complaint.pk, reason="We wait for the bank.", promised_on=promised, actor=a_specialist,
        at=datetime(2026, 6, 19, 9, tzinfo=UTC),
    )  # fmt: skip

    close_a_day(an_admin, another_admin)
    follow(LATER)

    assert due(complaint) == promised
    call_command("replay", "--check")


def test_finished_complaints_keep_the_law_they_were_finished_under(
    a_registered: Register, a_specialist: User, an_admin: User, another_admin: User
) -> None:
    complaint = a_registered()
    ending.withdraw(complaint.pk, reason="It came.", actor=a_specialist, at=AT + timedelta(hours=1))
    pinned = Complaint.objects.get(pk=complaint.pk).law_calendars

    close_a_day(an_admin, another_admin)

    assert follow(LATER) == Followed()
    complaint.refresh_from_db()
    assert (complaint.law_calendars, complaint.state) == (pinned, State.WITHDRAWN)
    assert due(complaint) == date(2026, 6, 22)
    call_command("replay", "--check")


def test_imported_history_moves_but_stays_history(a_registered: Register, an_admin: User, another_admin: User) -> None:
    complaint = a_registered()
    Complaint.objects.filter(pk=complaint.pk).update(imported=True)

    close_a_day(an_admin, another_admin)
    follow(LATER)

    complaint.refresh_from_db()
    assert set(complaint.clocks.values_list("status", flat=True)) == {ClockStatus.HISTORY}
    assert (due(complaint), complaint.next_check_at) == (date(2026, 6, 23), None)


def test_a_second_run_finds_nothing_and_writes_nothing(
    a_registered: Register, an_admin: User, another_admin: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    a_registered()
    close_a_day(an_admin, another_admin)
    follow(LATER)
    told = Entry.objects.count()

    with django_assert_max_num_queries(6):
        assert follow(LATER + timedelta(seconds=5)) == Followed()

    assert Entry.objects.count() == told


def test_the_newest_law_is_asked_for_once_the_older_rules_are_followed(a_registered: Register) -> None:
    complaint, law = a_registered(), books.current()
    Complaint.objects.filter(pk=complaint.pk).update(law_rules=law.rules - 1)
    assert list(behind(law)) == [complaint]
    Complaint.objects.filter(pk=complaint.pk).update(law_rules=law.rules, law_calendars=law.calendars_mark - 1)
    assert list(behind(law)) == [complaint]
    Complaint.objects.filter(pk=complaint.pk).update(law_calendars=law.calendars_mark)
    assert list(behind(law)) == []


def test_a_complaint_that_cannot_be_worked_out_keeps_its_clocks_and_holds_nobody_up(
    a_registered: Register, a_complaint: Complaint, an_admin: User, another_admin: User
) -> None:
    complaint = a_registered(subject="Another")
    close_a_day(an_admin, another_admin)

    assert follow(LATER) == Followed(1, 1, set_aside=1)

    a_complaint.refresh_from_db()
    assert (due(complaint), a_complaint.law_rules) == (date(2026, 6, 23), 0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work_and_skip_what_a_person_holds(
    a_registered: Register, an_admin: User, another_admin: User
) -> None:
    complaints = [a_registered(subject=f"Payout {number}") for number in range(8)]
    close_a_day(an_admin, another_admin)

    def work(_: int) -> Followed:
        try:
            return follow(LATER)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(2) as pool:
        lock(complaints[0].pk)
        done = list(pool.map(work, range(2)))

    assert sum(one.complaints for one in done) == 7
    assert follow(LATER) == Followed(1, 1)
    assert Entry.objects.filter(kind=Kind.CLOCK_MOVED, data__obligation="final_response").count() == 8
