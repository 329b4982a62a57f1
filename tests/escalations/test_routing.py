"""An escalation goes to the lead who can do something about it."""

from __future__ import annotations

import pytest

from complaints.models import Complaint
from escalations.routing import Staff
from tests.conftest import a_person
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db


def owned(complaint: Complaint, owner: User | None, team: Team | None) -> Complaint:
    complaint.owner, complaint.team = owner, team
    return complaint


def test_the_owners_lead_comes_first(a_complaint: Complaint, a_specialist: User, a_lead: User, a_team: Team) -> None:
    a_person("earlier@x.example", "Another Lead", Role.LEAD, a_team)

    assert Staff.now().lead_for(owned(a_complaint, a_specialist, a_team)) == a_lead


def test_a_lead_who_left_is_passed_over_for_the_next_up_the_line(
    a_complaint: Complaint, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    above = a_person("above@x.example", "Nora Daly", Role.LEAD, a_team)
    a_lead.is_active, a_lead.reports_to = False, above
    a_lead.save()

    assert Staff.now().lead_for(owned(a_complaint, a_specialist, a_team)) == above


def test_a_complaint_nobody_owns_goes_to_a_lead_of_its_team(a_complaint: Complaint, a_lead: User, a_team: Team) -> None:
    a_person("elsewhere@x.example", "Lead Elsewhere", Role.LEAD, Team.objects.create(name="London", centre="London"))

    assert Staff.now().lead_for(owned(a_complaint, None, a_team)) == a_lead


def test_a_complaint_of_no_team_goes_to_any_lead(a_complaint: Complaint, a_lead: User) -> None:
    assert Staff.now().lead_for(owned(a_complaint, None, None)) == a_lead


def test_a_lead_who_cannot_see_the_complaint_does_not_get_it(a_complaint: Complaint, a_lead: User) -> None:
    london = Team.objects.create(name="London", centre="London")

    assert Staff.now().lead_for(owned(a_complaint, None, london)) is None


def test_a_leads_own_complaint_goes_to_another_lead(a_complaint: Complaint, a_lead: User, a_team: Team) -> None:
    other = a_person("other@x.example", "Other Lead", Role.LEAD, a_team)

    assert Staff.now().lead_for(owned(a_complaint, a_lead, a_team)) == other


def test_a_lead_alone_gets_their_own(a_complaint: Complaint, a_lead: User, a_team: Team) -> None:
    assert Staff.now().lead_for(owned(a_complaint, a_lead, a_team)) == a_lead


def test_a_ring_in_the_line_ends_the_climb(a_complaint: Complaint, a_specialist: User, a_lead: User) -> None:
    a_lead.is_active, a_lead.reports_to = False, a_specialist
    a_lead.save()

    assert Staff.now().lead_for(owned(a_complaint, a_specialist, None)) is None
