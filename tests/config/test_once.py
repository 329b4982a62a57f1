"""A form does its work once, on whichever page it stands, and a script is told where it leads."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models import Complaint, Submission
from complaints.services import case
from escalations import services as escalations
from escalations.desk.models import HandOver
from escalations.models import Escalation
from tests.conftest import AT, Register
from users.models import Absence, Team, User

pytestmark = pytest.mark.django_db


def twice(client: Client, user: User, address: str, given: dict[str, object]) -> list[int]:
    client.force_login(user)
    given = {**given, "once": str(uuid4())}
    return [client.post(address, given).status_code for _ in range(2)]


def test_raising_twice_with_one_form_raises_once(client: Client, a_registered: Register, a_specialist: User) -> None:
    reference = a_registered().reference

    answers = twice(client, a_specialist, f"/escalations/raise/{reference}/", {"comment": "She waits."})

    assert answers == [302, 302]
    assert Escalation.objects.count() == 1


def test_a_resolution_sent_twice_is_no_refusal(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    made = escalations.raise_by_hand(a_registered().pk, comment="She waits.", actor=a_specialist, at=AT)

    answers = twice(client, a_lead, f"/escalations/{made.pk}/resolve", {"resolution": "Called her."})

    assert answers == [302, 302]


def test_a_hand_over_sent_twice_leads_to_how_it_stands(
    client: Client, a_registered: Register, a_specialist: User
) -> None:
    complaint = case.assign(a_registered().pk, owner=a_specialist, actor=a_specialist, at=AT)
    other = Team.objects.create(name="Cards Sydney", centre="Sydney", zone="Australia/Sydney")
    given = {"team": other.pk, "note": "Yours.", "pick": f"{complaint.reference}@{complaint.version}"}

    answers = twice(client, a_specialist, reverse("desk:hand_over"), given)

    assert answers == [200, 302]
    assert HandOver.objects.count() == 1


def test_an_absence_that_was_refused_may_be_sent_again_with_the_same_form(client: Client, a_specialist: User) -> None:
    client.force_login(a_specialist)
    address, key = reverse("users:person_absences", args=[a_specialist.pk]), str(uuid4())
    days = {"first_on": "2099-01-04", "last_on": "2099-01-02"}

    refused = client.post(address, {**days, "once": key})

    assert (refused.status_code, Submission.objects.count(), Absence.objects.count()) == (422, 0, 0)


def test_the_key_of_another_person_does_nothing_for_me(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint, key = a_registered(), str(uuid4())
    for user in (a_specialist, a_lead):
        client.force_login(user)
        given = {"text": "Mine.", "version": Complaint.objects.get(pk=complaint.pk).version, "once": key}
        client.post(f"/complaints/{complaint.reference}/note", given)

    assert complaint.story.filter(kind="noted").count() == 2
