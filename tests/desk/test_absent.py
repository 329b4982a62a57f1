"""Absences and the desk: who is away gets nothing, shows hatched, and their lead is asked to hand over, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint
from escalations.desk import giving, heat
from escalations.desk.absent import propose_for_absences
from escalations.desk.models import TeamDesk
from escalations.desk.services import set_desk
from escalations.models import Notice
from tests.conftest import AT, Register, a_person
from tests.escalations.builders import complaints_with_a_clock
from users.models import Absence, Role, Team, User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = AT.date()


def away(person: User, first: date, last: date) -> Absence:
    return Absence.objects.create(person=person, first_on=first, last_on=last, recorded_by=person, recorded_at=AT)


def unowned(a_registered: Register, team: Team) -> Complaint:
    complaint = a_registered(owner=None)
    Complaint.objects.filter(pk=complaint.pk).update(team=team)
    return complaint


def test_nothing_is_given_to_somebody_who_is_away(a_registered: Register, a_specialist: User, a_team: Team) -> None:
    complaint = unowned(a_registered, a_team)
    TeamDesk.objects.create(team=a_team, gives_by_itself=True)
    absence = away(a_specialist, TODAY, TODAY + DAY)

    assert giving.give_by_itself(at=AT) == 0
    [proposal] = giving.proposals(a_team, [complaint], now=AT)
    assert proposal.why == "Nobody can take it: Maeve is away until 2 Jun."

    Absence.objects.filter(pk=absence.pk).update(called_off_at=AT)
    assert giving.give_by_itself(at=AT) == 1


def test_an_absence_is_on_the_persons_own_calendar(a_registered: Register, a_specialist: User, a_team: Team) -> None:
    unowned(a_registered, a_team)
    TeamDesk.objects.create(team=a_team, gives_by_itself=True)
    User.objects.filter(pk=a_specialist.pk).update(zone="Pacific/Auckland")
    # In Auckland it is still the first until noon UTC.
    away(a_specialist, TODAY + DAY, TODAY + DAY)

    assert giving.give_by_itself(at=AT) == 1


def test_nobody_works_on_a_holiday_of_their_centre(a_registered: Register, a_specialist: User, a_team: Team) -> None:
    unowned(a_registered, a_team)
    # 1 June 2026 is Ireland's June bank holiday.
    TeamDesk.objects.create(team=a_team, gives_by_itself=True, calendar="IE")

    assert giving.give_by_itself(at=AT) == 0
    assert giving.give_by_itself(at=AT + DAY) == 1


def test_an_absence_that_begins_with_open_limits_asks_the_lead_to_hand_over_once(
    a_specialist: User, a_lead: User, a_team: Team
) -> None:
    complaints_with_a_clock([AT + DAY, AT + 2 * DAY, AT + 30 * DAY], owner=a_specialist, team=a_team)
    absence = away(a_specialist, TODAY, TODAY + 4 * DAY)

    assert propose_for_absences(at=AT) == 1
    assert propose_for_absences(at=AT + timedelta(minutes=1)) == 0

    notice = Notice.objects.get()
    assert notice.user == a_lead and notice.page == f"/desk/distribute?away={absence.pk}"
    assert notice.text.startswith("Maeve Kelly is away 1 Jun to 5 Jun 2026, and 2 limits end before they are back.")


@pytest.mark.parametrize(
    ("first", "last", "limit"),
    [
        (TODAY + DAY, TODAY + 2 * DAY, AT + DAY),
        (TODAY - 3 * DAY, TODAY - DAY, AT + DAY),
        (TODAY, TODAY + DAY, AT + 9 * DAY),
    ],
)
def test_what_has_not_begun_or_is_over_or_has_no_limit_meanwhile_asks_nobody(
    a_specialist: User, a_lead: User, a_team: Team, first: date, last: date, limit: datetime
) -> None:
    complaints_with_a_clock([limit], owner=a_specialist, team=a_team)
    away(a_specialist, first, last)

    propose_for_absences(at=AT)

    assert not Notice.objects.exists()


def test_the_proposals_of_an_absence_are_given_from_the_page(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    now = timezone.now()
    a_registered(at=now - timedelta(hours=1))
    liam = a_person("liam@x.example", "Liam Byrne", Role.SPECIALIST, a_team)
    complaints_with_a_clock([now + 90 * DAY], owner=a_specialist, team=a_team)
    absence = away(a_specialist, now.date() - DAY, now.date() + 70 * DAY)
    client.force_login(a_lead)

    assert "Hand over 1 due meanwhile" in client.get("/desk/").content.decode()
    page = client.get(f"/desk/distribute?away={absence.pk}").content.decode()

    assert "While Maeve Kelly is away" in page and page.count('aria-label="Give C-') == 1
    [pick] = [part.split('"')[0] for part in page.split('name="pick" checked value="')[1:]]
    client.post("/desk/distribute", {"pick": [pick]})
    assert liam.complaints.count() == 1 and a_specialist.complaints.count() == 1


def test_an_absence_of_another_team_is_not_there(client: Client, a_lead: User) -> None:
    sydney = Team.objects.create(name="Payments Sydney", centre="Sydney")
    absence = away(a_person("s@x.example", "S", Role.SPECIALIST, sydney), TODAY, TODAY)
    client.force_login(a_lead)

    for asked in (absence.pk, 10**8, "x"):
        assert client.get(f"/desk/distribute?away={asked}").status_code == 404


def test_days_away_are_hatched_and_count_for_no_capacity(a_specialist: User, a_lead: User, a_team: Team) -> None:
    complaints_with_a_clock([AT + DAY + timedelta(hours=3)], owner=a_specialist, team=a_team)
    away(a_specialist, TODAY + DAY, TODAY + 2 * DAY)

    found = heat.per_person(a_lead, a_team, now=AT, a_day=6)

    row = next(row for row in found.rows if row.name == "Maeve Kelly")
    assert [cell.column.day for cell in row.cells if cell.off == "away"] == [TODAY + DAY, TODAY + 2 * DAY]
    assert row.capacity == 6 * 8 and sum(cell.over for cell in row.cells) == 1
    assert next(row for row in found.rows if row.name == "Tom Okafor").capacity == 6 * 10


def test_the_ten_days_are_those_of_the_centres_own_calendar(a_lead: User, a_specialist: User, a_team: Team) -> None:
    TeamDesk.objects.create(team=a_team, calendar="IE")
    friday = AT - 3 * DAY

    days = [column.day for column in heat.per_person(a_lead, a_team, now=friday, a_day=6).columns if column.day]

    assert date(2026, 6, 1) not in days and len(set(days)) == 10


def test_somebody_elses_centre_keeps_its_own_days_off(a_lead: User, a_team: Team) -> None:
    sydney = Team.objects.create(name="Payments Sydney", centre="Sydney", zone="Australia/Sydney")
    other = a_person("s@x.example", "Sid Nolan", Role.SPECIALIST, sydney)
    TeamDesk.objects.create(team=sydney, calendar="IE")
    complaints_with_a_clock([AT + timedelta(hours=1)], owner=other, team=a_team)

    found = heat.per_person(a_lead, a_team, now=AT, a_day=6)

    row = next(row for row in found.rows if row.name == "Sid Nolan")
    assert {cell.off for cell in row.cells if cell.column.day == TODAY} == {"closed, June Bank Holiday"}


def test_a_complaint_with_two_limits_stands_once(a_registered: Register, a_lead: User, a_team: Team) -> None:
    complaint = a_registered()
    assert complaint.clocks.count() > 1

    found = heat.per_person(a_lead, a_team, now=AT, a_day=6)

    assert sum(row.due for row in found.rows) <= 1


def test_a_calendar_nobody_published_is_refused(client: Client, a_lead: User, a_team: Team) -> None:
    client.force_login(a_lead)

    answer = client.post("/desk/settings", {"a_day": "6", "calendar": "ATLANTIS"})

    assert answer.status_code == 409 and not TeamDesk.objects.exists()
    set_desk(a_team, gives_by_itself=False, a_day=6, calendar="IE", actor=a_lead, at=AT)
    assert TeamDesk.objects.get().calendar == "IE"
