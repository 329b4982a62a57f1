"""A process may die after any SQL statement: what it was doing is then undone whole, and done whole the next time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from complaints.models import Clock, Complaint, Entry, Kind, State
from complaints.services import case, response
from complaints.services.story import first_broken_link
from correspondence.dispatch import LEASE, dispatch
from correspondence.gathering import gather
from correspondence.models import Letter, LetterState, MailState, OutboundMail
from correspondence.services import queue_mail
from escalations.models import Escalation, Notice
from escalations.sweep import Swept, sweep_batch
from regulations.models import ClockStatus
from tests.conftest import AT, Register
from tests.correspondence.smtp import MailServer
from tests.escalations.builders import complaints_with_a_clock
from users.models import Team, User

pytestmark = pytest.mark.django_db(transaction=True)
NIGHT = datetime.fromisoformat("2026-06-22T23:00:00+00:00")
LATER = AT + timedelta(hours=5)
Work = Callable[[], object]


class Killed(BaseException):
    """The process is gone. No `except Exception` may hold this."""


def dying_after(statement: int) -> Callable[..., Any]:
    """Let this many statements through, and die once the last of them was executed."""
    left = statement

    def execute(run: Callable[..., Any], sql: str, params: object, many: bool, context: object) -> Any:
        nonlocal left
        done = run(sql, params, many, context)
        left -= 1
        if left == 0:
            raise Killed
        return done

    return execute


def everything() -> str:
    """Return what all tables of cases, letters and escalations hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename ~ '^(complaints|correspondence|escalations)_' ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
        each = (
            f"SELECT '{name}' AS name, md5(string_agg(row::text, ';' ORDER BY row::text)) AS held FROM {name} AS row"
            for name in tables
        )
        cursor.execute(f"SELECT string_agg(name || held, ' ' ORDER BY name) FROM ({' UNION ALL '.join(each)}) AS told")
        return str(cursor.fetchone()[0])


def die_after_each_statement(work: Work) -> int:
    """Do the work again and again, dying one statement later each time; return how many statements it takes.

    After each death everything must be as before. The last time it lives.
    """
    before, statement = everything(), 0
    while True:
        statement += 1
        try:
            with connection.execute_wrapper(dying_after(statement)):
                work()
        except Killed:
            assert everything() == before, f"something stayed when it died after statement {statement}"
            continue
        return statement - 1


def test_registering_a_complaint_is_all_or_nothing(a_registered: Register, a_specialist: User) -> None:
    statements = die_after_each_statement(lambda: a_registered(owner=a_specialist))

    assert statements >= 8
    complaint = Complaint.objects.get()
    assert complaint.story.count() == complaint.story_length > 1
    assert first_broken_link(complaint.story.all()) is None
    assert complaint.clocks.exists()


def test_acknowledging_is_all_or_nothing(a_registered: Register, a_specialist: User, a_category: Any) -> None:
    complaint = a_registered()
    case.triage(complaint.pk, category=a_category, actor=a_specialist, at=AT)

    statements = die_after_each_statement(
        lambda: response.acknowledge(complaint.pk, actor=a_specialist, at=AT + timedelta(minutes=10))
    )

    assert statements >= 8
    assert Entry.objects.filter(kind=Kind.ACKNOWLEDGED).count() == 1
    assert [letter.state for letter in Letter.objects.all()] == [LetterState.SENT]
    assert OutboundMail.objects.count() == 1
    assert first_broken_link(complaint.story.all()) is None


def test_sending_the_final_response_is_all_or_nothing(a_reviewed: Register, a_specialist: User) -> None:
    complaint = a_reviewed()
    mails = OutboundMail.objects.count()

    statements = die_after_each_statement(
        lambda: response.send_final_response(complaint.pk, actor=a_specialist, at=LATER)
    )

    assert statements >= 8
    assert Complaint.objects.get().state == State.RESPONDED
    assert Entry.objects.filter(kind=Kind.FINAL_SENT).count() == 1
    assert OutboundMail.objects.count() == mails + 1
    assert first_broken_link(complaint.story.all()) is None


def test_a_sweep_is_all_or_nothing(a_specialist: User, a_lead: User, a_team: Team) -> None:
    complaints_with_a_clock([NIGHT] * 5, owner=a_specialist, team=a_team)
    done: list[Swept] = []

    statements = die_after_each_statement(lambda: done.append(sweep_batch(NIGHT)))

    assert statements >= 10
    assert done == [Swept(complaints=5, missed=5)]
    assert Clock.objects.filter(status=ClockStatus.MISSED).count() == 5
    assert Escalation.objects.count() == Entry.objects.filter(kind=Kind.CLOCK_MISSED).count() == 5
    assert (OutboundMail.objects.count(), Notice.objects.count()) == (5, 10)
    assert sweep_batch(NIGHT) == Swept()


def test_a_sweep_that_sets_a_complaint_aside_is_all_or_nothing(a_specialist: User, a_lead: User, a_team: Team) -> None:
    clocks = complaints_with_a_clock([NIGHT] * 3, owner=a_specialist, team=a_team)
    Entry.objects.create(
        complaint_id=clocks[1].complaint_id, seq=1, kind=Kind.NOTED, occurred_at=NIGHT, recorded_at=NIGHT,
        digest="0" * 64,
    )  # fmt: skip
    done: list[Swept] = []

    die_after_each_statement(lambda: done.append(sweep_batch(NIGHT)))

    assert done == [Swept(complaints=3, missed=2, set_aside=1)]


def test_a_mail_whose_sender_dies_anywhere_goes_out_under_one_name(mail_server: MailServer) -> None:
    deaths, now = 0, AT
    while True:
        one = queue_mail(message_id=f"mail-{deaths}@x", to="ana@customer.example", subject="Hello", body=".", at=now)
        try:
            with connection.execute_wrapper(dying_after(deaths + 1)):
                dispatch(now)
        except Killed:
            deaths += 1
        else:
            break
        # Until the lease is over it is the dead one's; then anybody's.
        now += LEASE + timedelta(minutes=1)
        dispatch(now)
        one.refresh_from_db()
        assert one.state == MailState.SENT, f"lost after statement {deaths}"

    assert deaths >= 5
    assert set(OutboundMail.objects.values_list("state", flat=True)) == {MailState.SENT}
    got = Counter(mail_server.message_ids)
    # Nothing is lost; what came twice had the server's yes and no mark yet when its sender died, and has one name.
    assert len(got) == OutboundMail.objects.count()
    assert max(got.values()) == 2


def test_a_list_is_made_whole_or_not_at_all(mail_server: MailServer, a_lead: User) -> None:
    for number in range(9):
        OutboundMail.objects.create(
            message_id=f"storm-{number}@x", to=a_lead.email, person=a_lead, subject=f"Notice {number}", body=".",
            next_attempt_at=AT, created_at=AT,
        )  # fmt: skip

    die_after_each_statement(lambda: gather(AT))

    assert OutboundMail.objects.filter(state=MailState.LISTED).count() == 9
    assert OutboundMail.objects.get(state=MailState.QUEUED).of_many == 9
