"""Who may give how much redress."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from complaints import authority
from complaints.errors import Refused
from complaints.models import Complaint, Kind, Outcome, RedressKind, RootCause
from complaints.services import case, response, review
from tests.conftest import AT, Register, a_person, with_authority
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
Decide = Callable[..., Complaint]


@pytest.fixture(autouse=True)
def limits(a_specialist: User, a_lead: User) -> None:
    with_authority(a_specialist, 100)
    with_authority(a_lead, 1000)


@pytest.fixture
def decide(a_specialist: User) -> Decide:
    """Decide with this much redress; who decides may be given."""

    def act(complaint: Complaint, amount: int, *, by: User | None = None) -> Complaint:
        return case.decide(
            complaint.pk, outcome=Outcome.UPHELD, reasons="So.", root_cause=RootCause.PROCESS,
            redress_kind=RedressKind.REFUND, redress_amount=Decimal(amount), actor=by or a_specialist, at=LATER,
        )  # fmt: skip

    return act


@pytest.fixture
def a_found(an_investigated: Register, a_specialist: User) -> Register:
    """A complaint with a finding."""

    def build() -> Complaint:
        complaint = an_investigated()
        return case.record_finding(
            complaint.pk, point="Payout held", text="So.", upheld=True, actor=a_specialist, at=LATER
        )

    return build


def sent_for_review(complaint: Complaint, by: User) -> Complaint:
    response.draft_final_response(complaint.pk, actor=by, at=LATER)
    return review.send_for_review(complaint.pk, actor=by, at=LATER)


@pytest.mark.parametrize(
    ("amount", "currency", "asked", "in_currency", "may"),
    [
        (100, "GBP", 100, "GBP", True),
        (100, "GBP", 101, "GBP", False),
        (100, "EUR", 1, "GBP", False),
        (None, "", 1, "GBP", False),
        (None, "", 0, "GBP", True),
        (0, "GBP", 1, "GBP", False),
    ],
)
def test_a_limit_holds_up_to_its_amount_in_its_currency_alone(
    amount: int | None, currency: str, asked: int, in_currency: str, may: bool
) -> None:
    person = User(authority_amount=None if amount is None else Decimal(amount), authority_currency=currency)

    assert authority.covers(person, Decimal(asked), in_currency) is may


def test_within_the_limit_any_lead_approves_the_letter(
    a_found: Register, decide: Decide, a_specialist: User, a_lead: User
) -> None:
    with_authority(a_lead, 0)
    complaint = sent_for_review(decide(a_found(), 100), a_specialist)

    review.approve(complaint.pk, actor=a_lead, at=LATER)

    assert "limit" not in complaint.story.get(kind=Kind.APPROVED).data


def test_above_the_limit_a_second_person_whose_limit_suffices_approves(
    a_found: Register, decide: Decide, a_specialist: User, a_lead: User
) -> None:
    complaint = sent_for_review(decide(a_found(), 800), a_specialist)

    review.approve(complaint.pk, actor=a_lead, at=LATER)

    assert complaint.story.get(kind=Kind.DECIDED).data["within_limit"] is False
    assert complaint.story.get(kind=Kind.APPROVED).data["limit"] == "1000"


def test_a_lead_whose_limit_is_lower_is_told_who_may_approve(
    a_found: Register, decide: Decide, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    low = with_authority(a_person("una@larkspur.example", "Una Low", Role.LEAD, a_team), 200)
    complaint = sent_for_review(decide(a_found(), 800), a_specialist)

    with pytest.raises(Refused) as refused:
        review.approve(complaint.pk, actor=low, at=LATER)

    assert str(refused.value) == (
        "The redress of GBP 800.00 is above your limit of GBP 200.00."
        " It can be approved by Tom Okafor (up to GBP 1,000.00)."
    )


def test_who_decided_above_their_limit_does_not_approve_it_themselves(
    a_found: Register, decide: Decide, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    low = with_authority(a_person("una@larkspur.example", "Una Low", Role.LEAD, a_team), 200)
    complaint = sent_for_review(decide(a_found(), 800, by=low), a_specialist)
    with_authority(low, 5000)

    with pytest.raises(Refused, match="A second person must approve it"):
        review.approve(complaint.pk, actor=low, at=LATER)


def test_what_nobody_may_approve_is_not_decided(a_found: Register, decide: Decide, a_lead: User) -> None:
    with pytest.raises(Refused, match=r"Your limit is GBP 100\.00, and no lead who sees this complaint may approve"):
        decide(a_found(), 1001)


def test_another_teams_lead_does_not_count(a_found: Register, decide: Decide, a_lead: User) -> None:
    away = Team.objects.create(name="London", centre="London")
    with_authority(a_person("max@larkspur.example", "Max High", Role.LEAD, away), 9000)

    with pytest.raises(Refused, match="no lead who sees this complaint"):
        decide(a_found(), 5000)


def test_redress_above_the_limit_is_not_sent_without_approval(
    a_found: Register, decide: Decide, a_specialist: User
) -> None:
    complaint = a_found()
    response.accept_resolution(complaint.pk, form="oral", actor=a_specialist, at=LATER)
    decide(complaint, 800)

    with pytest.raises(Refused, match="Send a final response for review instead"):
        response.resolve_summarily(complaint.pk, actor=a_specialist, at=LATER)


def test_the_limits_stand_on_the_form_before_anything_is_typed(
    a_found: Register, a_specialist: User, client: Client
) -> None:
    client.force_login(a_specialist)

    page = client.get(f"/complaints/{a_found().reference}/step/decide").content.decode()

    assert "You may give up to GBP 100.00. More needs approval by Tom Okafor (up to GBP 1,000.00)." in page


def test_who_was_given_no_limit_reads_so(a_found: Register, a_specialist: User) -> None:
    a_specialist.authority_amount, a_specialist.authority_currency = None, ""

    said = authority.in_words(a_found(), user=a_specialist)

    assert said == "No limit in GBP was given to you. Any amount needs approval by Tom Okafor (up to GBP 1,000.00)."


def test_the_form_refuses_what_nobody_may_give_and_keeps_the_words(
    a_found: Register, a_specialist: User, client: Client
) -> None:
    complaint = a_found()
    client.force_login(a_specialist)

    page = client.post(
        f"/complaints/{complaint.reference}/step/decide",
        {"version": complaint.version, "outcome": "upheld", "reasons": "Kept words.", "root_cause": "process",
         "redress_kind": "refund", "redress_amount": "5000"},
    ).content.decode()  # fmt: skip

    assert "Decide less, or ask an admin" in page
    assert "Kept words." in page
    assert not complaint.decisions.exists()


def test_the_page_of_approval_says_why_not_before_anything_is_typed(
    a_found: Register, decide: Decide, a_specialist: User, a_lead: User, client: Client
) -> None:
    complaint = sent_for_review(decide(a_found(), 800), a_specialist)
    with_authority(a_lead, 300)
    client.force_login(a_lead)

    page = client.get(f"/complaints/{complaint.reference}/step/approve").content.decode()

    assert "above your limit of GBP 300.00" in page


def test_the_api_refuses_with_the_same_sentence(a_found: Register, a_specialist: User, client: Client) -> None:
    client.force_login(a_specialist)
    body = {
        "outcome": "upheld", "reasons": "So.", "root_cause": "process", "redress_kind": "refund",
        "redress_amount": "5000",
    }  # fmt: skip

    answer = client.post(f"/api/v1/complaints/{a_found().reference}/decide/", body, "application/json")

    assert answer.status_code == 409
    assert "Your limit is GBP 100.00" in answer.json()["detail"]


def test_the_case_and_its_story_say_that_the_redress_is_above_the_limit(
    a_found: Register, decide: Decide, a_specialist: User, client: Client
) -> None:
    complaint = decide(a_found(), 800)
    client.force_login(a_specialist)

    story = client.get(f"/complaints/{complaint.reference}/").content.decode()
    part = client.get(f"/complaints/{complaint.reference}/part/more").content.decode()

    assert "which is above their limit and needs approval" in story
    assert "Above the limit of Maeve Kelly" in part
