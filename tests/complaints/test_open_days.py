"""Where the law counts days on which the firm is open, it counts the entity's own; a change reaches open complaints."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from complaints.errors import NotAllowed, Refused
from complaints.models import Clock, Complaint, Kind, Respondent
from complaints.services import ending
from complaints.services.following import Followed
from complaints.services.intake import NewComplainant
from complaints.services.respondents import set_open_days
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=3)
A_LARGE_BUSINESS = NewComplainant(name="Quay Freight plc", classed_as="large_business")
ON_THE_LAWS_DAYS, ON_EVERY_DAY = date(2026, 6, 22), date(2026, 6, 16)


def due(complaint: Complaint, rule: str = "uk-psr-101") -> date | None:
    return Clock.objects.get(complaint=complaint, rule=rule, obligation="final_response").due_on


def test_payment_law_counts_the_days_on_which_the_entity_itself_is_open(
    a_registered: Register, a_respondent: Respondent
) -> None:
    assert due(a_registered(complainant=A_LARGE_BUSINESS)) == ON_THE_LAWS_DAYS

    a_respondent.open_days = "OPEN-7"
    a_respondent.save()

    assert due(a_registered(complainant=A_LARGE_BUSINESS)) == ON_EVERY_DAY


def test_in_ireland_too(a_registered: Register) -> None:
    ireland = Respondent.objects.create(
        key="ie", name="Larkspur Europe DAC", jurisdiction="IE", zone="Europe/Dublin", open_days="OPEN-7"
    )

    assert due(a_registered(respondent=ireland), "ie-reg124") == date(2026, 6, 15)


def test_an_entity_without_days_of_its_own_tells_the_law_nothing(a_registered: Register) -> None:
    told = a_registered().story.get(kind=Kind.RECEIVED).data["facts"]

    assert "provider_open_days" not in told


def test_open_complaints_follow_and_say_why_and_follow_back(
    a_registered: Register, a_respondent: Respondent, an_admin: User
) -> None:
    moved, unmoved = a_registered(complainant=A_LARGE_BUSINESS), a_registered()

    done = set_open_days(a_respondent.pk, calendar="OPEN-7", reason="We execute daily.", actor=an_admin, at=LATER)

    assert (done, due(moved), due(unmoved, "uk-disp-payments")) == (Followed(2, 1), ON_EVERY_DAY, ON_THE_LAWS_DAYS)
    said = moved.story.get(kind=Kind.FACTS_CHANGED)
    assert (said.actor, said.data["facts"]["provider_open_days"]) == (an_admin, "OPEN-7")
    assert "We execute daily." in said.data["text"]
    call_command("replay", "--check")
    again = set_open_days(a_respondent.pk, calendar="OPEN-7", reason="Once more.", actor=an_admin, at=LATER)
    assert again == Followed()

    set_open_days(a_respondent.pk, calendar="", reason="A mistake.", actor=an_admin, at=LATER)

    assert due(moved) == ON_THE_LAWS_DAYS
    call_command("replay", "--check")


def test_finished_complaints_and_other_entities_are_left_alone(
    a_registered: Register, a_respondent: Respondent, a_specialist: User, an_admin: User
) -> None:
    other = Respondent.objects.create(key="uk2", name="Larkspur Two Ltd", jurisdiction="GB", zone="Europe/London")
    elsewhere = a_registered(complainant=A_LARGE_BUSINESS, respondent=other)
    finished = a_registered(complainant=A_LARGE_BUSINESS)
    ending.withdraw(finished.pk, reason="It came.", actor=a_specialist, at=AT + timedelta(hours=1))

    done = set_open_days(a_respondent.pk, calendar="OPEN-7", reason="Daily.", actor=an_admin, at=LATER)

    assert (done, due(finished), due(elsewhere)) == (Followed(), ON_THE_LAWS_DAYS, ON_THE_LAWS_DAYS)
    call_command("replay", "--check")


def test_an_unknown_calendar_is_refused_in_words(a_respondent: Respondent, an_admin: User) -> None:
    with pytest.raises(Refused, match="There is no calendar MOON"):
        set_open_days(a_respondent.pk, calendar="MOON", reason="Why not.", actor=an_admin, at=LATER)

    a_respondent.refresh_from_db()
    assert a_respondent.open_days == ""


def test_only_an_admin_changes_the_days(a_respondent: Respondent, a_lead: User) -> None:
    with pytest.raises(NotAllowed):
        set_open_days(a_respondent.pk, calendar="OPEN-7", reason="Daily.", actor=a_lead, at=LATER)


def test_an_admin_changes_the_days_on_a_page(
    client: Client, a_registered: Register, a_respondent: Respondent, an_admin: User
) -> None:
    complaint = a_registered(complainant=A_LARGE_BUSINESS)
    client.force_login(an_admin)
    assert reverse("complaints:respondents") in client.get(reverse("rules:calendars")).text
    page = reverse("complaints:respondent", args=[a_respondent.pk])
    assert "Every day of the week" in client.get(page).text

    answer = client.post(page, {"calendar": "OPEN-7", "reason": "We execute daily."}, follow=True)

    assert "clocks changed on 1" in answer.text
    assert "Every day of the week" in answer.text
    assert due(complaint) == ON_EVERY_DAY


def test_nobody_else_sees_the_pages(
    client: Client, a_respondent: Respondent, a_specialist: User, a_lead: User, an_auditor: User
) -> None:
    pages = [reverse("complaints:respondents"), reverse("complaints:respondent", args=[a_respondent.pk])]
    for person in (a_specialist, a_lead, an_auditor):
        client.force_login(person)
        assert [client.get(page).status_code for page in pages] == [403, 403]
        assert client.post(pages[1], {"calendar": "OPEN-7", "reason": "Daily."}).status_code == 403
        assert pages[0] not in client.get(reverse("rules:calendars")).text
