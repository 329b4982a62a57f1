"""Work on a complaint goes through the services, under one lock, into the story."""

from __future__ import annotations

import pytest

from complaints import policy
from complaints.errors import NotAllowed, NotVisible, Refused, Stale
from complaints.models import Complaint, Entry, Kind, State
from complaints.services import case
from complaints.services.story import first_broken_link
from tests.conftest import AT
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db


def a_person(role: str = Role.SPECIALIST, *, team: Team | None = None, name: str = "Maeve Kelly") -> User:
    return User.objects.create_user(
        f"{name}.{role}@x.example".replace(" ", "."), "a-long-password", name=name, role=role, team=team
    )


def test_triage_says_what_the_complaint_is_about(a_complaint: Complaint) -> None:
    complaint = case.triage(a_complaint.pk, category=a_complaint.category, actor=a_person(), at=AT)

    assert complaint.state == State.TRIAGED
    assert Entry.objects.get(complaint=complaint).kind == Kind.TRIAGED


def test_a_second_triage_is_refused_with_its_sentence(a_complaint: Complaint) -> None:
    maeve = a_person()
    case.triage(a_complaint.pk, category=a_complaint.category, actor=maeve, at=AT)

    with pytest.raises(Refused, match="cannot be done while the complaint is triaged"):
        case.triage(a_complaint.pk, category=a_complaint.category, actor=maeve, at=AT)


def test_a_stale_form_changes_nothing(a_complaint: Complaint) -> None:
    maeve = a_person()
    case.note(a_complaint.pk, text="First", actor=maeve, at=AT, version=1)

    with pytest.raises(Stale):
        case.note(a_complaint.pk, text="Second", actor=maeve, at=AT, version=1)
    assert Entry.objects.count() == 1


def test_the_story_is_one_unbroken_chain(a_complaint: Complaint) -> None:
    maeve = a_person()
    for text in ("one", "two", "three"):
        case.note(a_complaint.pk, text=text, actor=maeve, at=AT)

    entries = list(Entry.objects.filter(complaint=a_complaint))

    assert first_broken_link(entries) is None
    entries[1].data = {"text": "changed"}
    assert first_broken_link(entries) == 2
    assert first_broken_link([entries[0], entries[2]]) == 2


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_who_only_reads_cannot_write(a_complaint: Complaint, role: str) -> None:
    with pytest.raises(NotAllowed):
        case.note(a_complaint.pk, text="Hello", actor=a_person(role), at=AT)


def test_another_teams_complaint_does_not_exist(a_complaint: Complaint) -> None:
    dublin = Team.objects.create(name="Dublin", centre="Dublin")
    london = Team.objects.create(name="London", centre="London")
    Complaint.objects.filter(pk=a_complaint.pk).update(team=dublin)

    with pytest.raises(NotVisible):
        case.note(a_complaint.pk, text="Hello", actor=a_person(team=london), at=AT)


def test_an_action_nobody_listed_is_refused(a_complaint: Complaint) -> None:
    with pytest.raises(NotAllowed):
        policy.require(a_person(Role.LEAD), "delete", a_complaint)


def test_a_complaint_goes_only_to_who_handles_complaints(a_complaint: Complaint) -> None:
    with pytest.raises(Refused, match="does not handle complaints"):
        case.assign(a_complaint.pk, owner=a_person(Role.AUDITOR), actor=a_person(), at=AT)
