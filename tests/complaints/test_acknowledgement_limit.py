"""Nobody can make the house flood a stranger with acknowledgements."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.errors import Refused
from complaints.models import Complaint, Kind
from complaints.services.intake import NewComplainant
from complaints.services.response import acknowledge
from complaints.services.story import first_broken_link
from correspondence.limits import MOST
from correspondence.models import OutboundMail
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def five_acknowledged(a_registered: Register, actor: User) -> None:
    for number in range(MOST):
        acknowledge(a_registered().pk, actor=actor, at=AT + number * MINUTE)


def withheld(complaint: Complaint) -> list[str]:
    return [entry.data["text"] for entry in complaint.story.filter(kind=Kind.NOTED)]


@pytest.mark.parametrize("email", ["ana@customer.example", "Ana@Customer.example"])
def test_the_sixth_within_an_hour_is_withheld_and_the_story_says_so_once(
    a_registered: Register, a_specialist: User, email: str
) -> None:
    five_acknowledged(a_registered, a_specialist)
    sixth = a_registered(complainant=NewComplainant(name="Ana Brennan", email=email))

    for _ in range(2):
        with pytest.raises(Refused, match="The acknowledgement was withheld: 5 acknowledgements"):
            acknowledge(sixth.pk, actor=a_specialist, at=AT + 10 * MINUTE)

    (said,) = withheld(sixth)
    assert "Acknowledge it after 10:15 UTC" in said
    assert "customer.example" not in said
    sixth = Complaint.objects.get(pk=sixth.pk)
    assert (sixth.acknowledged_at, OutboundMail.objects.count()) == (None, MOST)
    assert sixth.clocks.get(obligation="acknowledgement").settled_at is None
    assert first_broken_link(sixth.story.order_by("seq")) is None


def test_after_the_hour_it_goes_out(a_registered: Register, a_specialist: User) -> None:
    five_acknowledged(a_registered, a_specialist)
    sixth = a_registered()

    acknowledge(sixth.pk, actor=a_specialist, at=AT + timedelta(hours=1))

    assert (withheld(sixth), OutboundMail.objects.count()) == ([], MOST + 1)


def test_another_customer_and_one_without_an_address_are_not_held_up(
    a_registered: Register, a_specialist: User
) -> None:
    five_acknowledged(a_registered, a_specialist)

    for email in ("ben@customer.example", ""):
        other = a_registered(complainant=NewComplainant(name="Ben Ray", email=email, address="1 Quay St"))
        acknowledge(other.pk, actor=a_specialist, at=AT + 5 * MINUTE)
        assert withheld(other) == []
