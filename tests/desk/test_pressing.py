"""At risk and missed, what is due next, and the clocks of the centres: what stands there, why, and at what price."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Complaint
from escalations.desk.centres import centres
from escalations.desk.pressing import SHOWN, Pressing, next_due, pressing
from tests.conftest import Register, a_person
from tests.escalations.builders import complaints_with_a_clock
from users.models import Absence, Role, Team, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 9, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def lead_client(client: Client, a_lead: User) -> Client:
    client.force_login(a_lead)
    return client


def at_the_desk(lead: User, *, approving: tuple[int, ...] = (), away: tuple[int, ...] = ()) -> Pressing:
    return pressing(lead, lead.team, approving=approving, away=away, now=NOW)


def test_what_is_missed_or_ends_within_three_days_stands_there_soonest_first(
    a_lead: User, a_specialist: User, a_team: Team
) -> None:
    moments = [NOW + 30 * HOUR, NOW - HOUR, NOW + 71 * HOUR, NOW + 73 * HOUR]
    complaints_with_a_clock(moments, owner=a_specialist, team=a_team)

    found = at_the_desk(a_lead)

    assert [line.complaint.next_due_at for line in found.lines] == [NOW - HOUR, NOW + 30 * HOUR, NOW + 71 * HOUR]
    assert not found.more


def test_the_list_costs_one_statement_and_says_that_there_is_more(
    a_lead: User, a_specialist: User, a_team: Team, django_assert_num_queries: Any
) -> None:
    complaints_with_a_clock([NOW + number * HOUR for number in range(25)], owner=a_specialist, team=a_team)

    with django_assert_num_queries(1):
        found = at_the_desk(a_lead)

    assert (len(found.lines), found.more) == (SHOWN, True)


def test_each_line_says_what_holds_it_up(a_lead: User, a_specialist: User, a_team: Team) -> None:
    complaints_with_a_clock([NOW + number * HOUR for number in range(1, 5)], owner=a_specialist, team=a_team)
    complaints_with_a_clock([NOW + 5 * HOUR], owner=None, team=a_team)
    first, second, third, fourth, _ = Complaint.objects.order_by("next_due_at")
    gone = a_person("gone@x.example", "Liam Byrne", Role.SPECIALIST, a_team)
    Complaint.objects.filter(pk=first.pk).update(owner=gone)
    Complaint.objects.filter(pk__in=[second.pk, third.pk]).update(last_event_at=NOW - HOUR)
    Complaint.objects.filter(pk=third.pk).update(state="awaiting_customer", state_since=NOW - 150 * HOUR)
    Complaint.objects.filter(pk=fourth.pk).update(last_event_at=NOW - 100 * HOUR)

    lines = at_the_desk(a_lead, approving=(second.pk,), away=(gone.pk,)).lines

    assert [line.why for line in lines] == [
        "Liam Byrne is away", "Waits for approval", "Customer silent for 6d", "No work for 4d", "Nobody owns it",
    ]  # fmt: skip


def test_the_queue_behind_the_list_holds_exactly_these(lead_client: Client, a_specialist: User, a_team: Team) -> None:
    now = timezone.now()
    complaints_with_a_clock([now + number * 12 * HOUR for number in range(-2, 9)], owner=a_specialist, team=a_team)

    page = lead_client.get("/desk/").content.decode()

    shown = re.findall(r'press__what" href="/complaints/(C-[^/]+)/\?([^"]+)"', page)
    listed = lead_client.get(f"/complaints/?{shown[0][1].replace('&amp;', '&')}").content.decode()
    assert [reference for reference, _ in shown] == re.findall(r'id="row-(C-[^"]+)"', listed)
    assert len(shown) == 8


def test_the_desk_costs_as_many_statements_with_many_cases_as_with_few(
    lead_client: Client, a_specialist: User, a_team: Team
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert lead_client.get("/desk/").status_code == 200
        return len(found)

    lead_client.get("/desk/")
    complaints_with_a_clock([timezone.now() + HOUR], owner=a_specialist, team=a_team)
    few = asked()
    complaints_with_a_clock([timezone.now() + number * HOUR for number in range(40)], owner=None, team=a_team)

    assert (few, asked()) == (few, few)


def test_the_list_is_read_over_an_index(a_lead: User, a_team: Team, a_specialist: User) -> None:
    complaints_with_a_clock([NOW + HOUR] * 50, owner=a_specialist, team=a_team)
    with CaptureQueriesContext(connection) as found:
        at_the_desk(a_lead)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {found.captured_queries[0]['sql']}")

        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Index" in plan and "Seq Scan on complaints_complaint" not in plan


def test_a_lead_takes_a_line_and_is_back_at_the_desk(lead_client: Client, a_lead: User, a_registered: Register) -> None:
    complaint = a_registered()

    sent = {"from": "board", "to": a_lead.pk, "pick": f"{complaint.reference}@{complaint.version}"}
    answer = lead_client.post("/desk/reassign", sent)

    complaint.refresh_from_db()
    assert (answer.status_code, answer["Location"], complaint.owner) == (302, "/desk/", a_lead)


def test_who_only_looks_is_offered_nothing_to_take(
    client: Client, an_auditor: User, a_specialist: User, a_team: Team
) -> None:
    complaints_with_a_clock([timezone.now()], owner=a_specialist, team=a_team)
    client.force_login(an_auditor)

    page = client.get(f"/desk/?team={a_team.pk}").content.decode()

    assert "press__what" in page and 'data-act="t"' not in page and 'id="take"' not in page


def test_a_specialist_sees_at_home_which_five_are_due_next(
    client: Client, a_specialist: User, a_team: Team, django_assert_num_queries: Any
) -> None:
    complaints_with_a_clock([NOW + number * HOUR for number in range(9)], owner=a_specialist, team=a_team)
    with django_assert_num_queries(1):
        first = next_due(a_specialist, most=5)
    client.force_login(a_specialist)

    page = client.get("/home/").content.decode()

    assert [line.complaint.next_due_at for line in first] == [NOW + number * HOUR for number in range(5)]
    assert re.findall(r'press__what" href="/complaints/(C-[^/]+)/', page) == [
        line.complaint.reference for line in first
    ]


def test_the_head_has_the_time_of_each_centre_the_readers_first(
    a_lead: User, a_team: Team, django_assert_num_queries: Any
) -> None:
    Team.objects.create(name="Payments Sydney", centre="Sydney", zone="Australia/Sydney")
    Team.objects.create(name="Cards Austin", centre="Austin", zone="America/Chicago")
    a_lead.zone = a_team.zone

    with django_assert_num_queries(1):
        found = centres(a_lead, now=NOW.replace(hour=15))

    assert [(one.name, one.day.day, one.another_day) for one in found] == [
        ("Dublin", 1, False), ("Austin", 1, False), ("Sydney", 2, True),
    ]  # fmt: skip


def test_each_time_in_the_head_is_that_of_its_centre(lead_client: Client) -> None:
    Team.objects.create(name="Payments Sydney", centre="Sydney", zone="Australia/Sydney")
    before = timezone.now()

    page = lead_client.get("/desk/").content.decode()

    [told] = re.findall(r'data-zone="Australia/Sydney">([^<]+)</time>', page)
    there = ZoneInfo("Australia/Sydney")
    assert told in {f"{moment.astimezone(there):%H:%M}" for moment in (before, timezone.now())}


def test_somebody_away_is_named_at_the_desk(
    lead_client: Client, a_specialist: User, a_team: Team, a_lead: User
) -> None:
    now = timezone.now()
    complaints_with_a_clock([now + HOUR], owner=a_specialist, team=a_team)
    Absence.objects.create(
        person=a_specialist, first_on=now.date() - timedelta(days=2), last_on=now.date() + timedelta(days=2),
        recorded_by=a_lead, recorded_at=now,
    )  # fmt: skip

    assert f"{a_specialist.name} is away" in lead_client.get("/desk/").content.decode()
