"""The clocks page answers what was known when, and why another rule gives no clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from complaints.clockfile import clock_file_as_known, why_not
from complaints.models import Complaint, Respondent
from complaints.services import response
from complaints.services.following import follow
from regulations.studio import drafts
from regulations.studio.publishing import publish
from tests.conftest import AT, Register, a_person
from users.models import Role, User

pytestmark = pytest.mark.django_db
HELD = datetime(2026, 6, 19, 9, tzinfo=UTC)


@pytest.fixture
def a_held(an_investigated: Register, a_specialist: User) -> Complaint:
    """A complaint with a holding response in time."""
    return response.send_holding_response(
        an_investigated().pk, reason="We wait.", promised_on=date(2026, 7, 20), actor=a_specialist, at=HELD
    )


def final(complaint: Complaint, at: datetime) -> date | None:
    lines = clock_file_as_known(complaint, at=at).lines
    return next(line.clock.due_on for line in lines if line.clock.obligation == "final_response")


def test_before_the_holding_response_the_date_was_another(a_held: Complaint) -> None:
    assert final(a_held, HELD - timedelta(minutes=1)) == date(2026, 6, 22)
    assert final(a_held, HELD) == date(2026, 7, 20)


def test_a_day_that_was_closed_later_was_not_known_before(a_registered: Register, an_admin: User) -> None:
    complaint, later = a_registered(), AT + timedelta(hours=3)
    second = a_person("nora.devlin@larkspur.example", "Nora Devlin", Role.ADMIN, None)
    draft = drafts.change_day("GB-ENG", on=date(2026, 6, 15), name="Jubilee", reason="", actor=an_admin, at=AT)
    publish(draft.pk, actor=second, at=later)
    follow(later)
    complaint.refresh_from_db()

    assert final(complaint, later - timedelta(minutes=1)) == date(2026, 6, 22)
    assert final(complaint, later) == date(2026, 6, 23)


def test_nothing_was_known_before_anything_was_recorded(a_held: Complaint) -> None:
    file = clock_file_as_known(a_held, at=AT - timedelta(days=1))

    assert (file.lines, file.problem) == ([], "This complaint has no story to count from.")


def test_the_page_shows_the_clocks_as_known_on_the_respondents_clock(a_held: Complaint, a_specialist: User) -> None:
    client = Client()
    client.force_login(a_specialist)

    shown = client.get(f"/complaints/{a_held.reference}/clocks?as_known=2026-06-10T12:00").content.decode()

    assert "As known on Wed 10 Jun 2026, 12:00" in shown
    assert "Mon 22 Jun 2026" in shown and "Mon 20 Jul 2026" not in shown
    assert "same result as stored" not in shown


@pytest.mark.parametrize(
    "asked", ["soon", "2999-01-01T00:00", "2026-02-30", "0001-01-01T00:00", "2026-06-10T12:00%2B99:00"]
)
def test_what_is_no_past_moment_is_said_and_shows_now(a_held: Complaint, a_specialist: User, asked: str) -> None:
    client = Client()
    client.force_login(a_specialist)

    answer = client.get(f"/complaints/{a_held.reference}/clocks?as_known={asked}")

    assert (answer.status_code, "That is no past moment." in answer.content.decode()) == (200, True)


def test_every_other_rule_of_the_place_says_why_it_gives_no_clock(a_held: Complaint) -> None:
    told = {one.rule: one for one in why_not(a_held)}

    assert "uk-disp-standard" in told
    assert all(one.because for one in told.values())
    assert not any(rule.startswith("us-") for rule in told)


def test_the_line_under_the_days_counts_the_first_one_as_the_law_does(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    dublin = Respondent.objects.create(key="ie", name="Larkspur DAC", jurisdiction="IE", zone="Europe/Dublin")
    here, there = a_registered(), a_registered(respondent=dublin, at=AT + timedelta(days=1))
    client.force_login(a_specialist)

    assert "1 June 2026 is day 0." in client.get(f"/complaints/{here.reference}/clocks").content.decode()
    assert "2 June 2026 is day 1." in client.get(f"/complaints/{there.reference}/clocks").content.decode()
