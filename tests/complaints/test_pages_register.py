"""A complaint typed by hand."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from complaints.models import Category, Complaint, Respondent
from users.models import Team, User

pytestmark = pytest.mark.django_db
URL = "/complaints/new"


@pytest.fixture
def typed(a_respondent: Respondent, a_category: Category) -> dict[str, str]:
    """What a specialist types."""
    return {
        "token": str(uuid.uuid4()), "respondent": str(a_respondent.pk), "channel": "phone",
        "received_at": "2026-06-01T09:15", "name": "Ana Brennan", "email": "ana@customer.example",
        "classed_as": "consumer", "category": str(a_category.pk), "subject": "Payout held",
        "narrative": "Nobody told me why.", "amount": "312.40", "mine": "on",
    }  # fmt: skip


def test_a_registered_complaint_opens_as_a_case(client: Client, a_specialist: User, typed: dict[str, str]) -> None:
    client.force_login(a_specialist)

    answer = client.post(URL, typed, follow=True)

    complaint = Complaint.objects.get()
    assert answer.redirect_chain == [(f"/complaints/{complaint.reference}/", 302)]
    assert complaint.owner == a_specialist
    assert complaint.clocks.exists()
    assert "Its clocks are running" in answer.content.decode()


def test_the_time_is_read_on_the_respondents_wall_clock(
    client: Client, a_specialist: User, a_respondent: Respondent, typed: dict[str, str]
) -> None:
    Respondent.objects.filter(pk=a_respondent.pk).update(zone="America/New_York")
    client.force_login(a_specialist)

    client.post(URL, typed)

    assert Complaint.objects.get().received_at == datetime(2026, 6, 1, 13, 15, tzinfo=UTC)


def test_a_double_click_makes_one_complaint(client: Client, a_specialist: User, typed: dict[str, str]) -> None:
    client.force_login(a_specialist)

    first, second = client.post(URL, typed), client.post(URL, typed)

    assert first.headers["Location"] == second.headers["Location"]
    assert Complaint.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_complaint(a_specialist: User, typed: dict[str, str]) -> None:
    def click(_: int) -> str:
        client = Client()
        client.force_login(a_specialist)
        try:
            return client.post(URL, typed).headers["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as clicks:
        places = set(clicks.map(click, range(4)))

    assert places == {f"/complaints/{Complaint.objects.get().reference}/"}


def test_each_form_has_a_token_of_its_own(client: Client, a_specialist: User, typed: dict[str, str]) -> None:
    client.force_login(a_specialist)

    tokens = {client.get(URL).context["form"]["token"].value() for _ in range(2)}

    assert len(tokens) == 2


def _tomorrow() -> str:
    return (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("received_at", _tomorrow(), "in the future"),
        ("received_at", "2014-12-31T23:59", "Check the year"),
        ("received_at", "2026-03-29T01:30", "went forward"),
        ("received_at", "soon", "Give a date and a time"),
        ("received_at", "", "Say when it was received"),
        ("email", "ana at home", "valid email"),
        ("amount", "-1", "greater than or equal to 0"),
        ("channel", "pigeon", "not one of the available choices"),
        ("name", "", "required"),
        ("vulnerable", "on", "what to take care of"),
        ("token", "", "required"),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_is_saved(
    client: Client, a_specialist: User, typed: dict[str, str], field: str, value: str, sentence: str
) -> None:
    client.force_login(a_specialist)

    page = client.post(URL, typed | {field: value}).content.decode()

    assert sentence in page
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("zone", "typed_at", "sentence"),
    [
        ("Australia/Sydney", "0001-01-01T00:00", "Check the year"),
        ("America/Chicago", "9999-12-31T23:59", "in the future"),
    ],
)
def test_a_year_beyond_the_calendar_is_refused_in_every_zone(
    client: Client, a_specialist: User, a_respondent: Respondent, typed: dict[str, str], zone: str, typed_at: str,
    sentence: str,
) -> None:  # fmt: skip
    Respondent.objects.filter(pk=a_respondent.pk).update(zone=zone)
    client.force_login(a_specialist)

    page = client.post(URL, typed | {"received_at": typed_at}).content.decode()

    assert sentence in page
    assert not Complaint.objects.exists()


def test_a_complaint_for_another_team_goes_there_and_says_so(
    client: Client, a_specialist: User, a_respondent: Respondent, typed: dict[str, str]
) -> None:
    london = Team.objects.create(name="Cards London", centre="London")
    Respondent.objects.filter(pk=a_respondent.pk).update(team=london)
    client.force_login(a_specialist)
    del typed["mine"]

    answer = client.post(URL, typed, follow=True)

    assert answer.redirect_chain[0][0] in {"/", "/complaints/"}
    assert "went to Cards London" in answer.content.decode()


@pytest.mark.parametrize("person", ["an_admin", "an_auditor"])
def test_who_only_reads_does_not_register(client: Client, person: str, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(person))

    assert client.get(URL).status_code == 403
