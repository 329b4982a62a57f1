"""Every step is a page: it asks, it calls one service, and it says why not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from complaints.forms.table import PAGES
from complaints.models import Complaint, Entry, Kind, State
from complaints.services import case
from complaints.services.gather import final_letter
from complaints.steps import STEPS
from correspondence.models import Letter, LetterState
from correspondence.services import clause_states
from tests.conftest import Register
from users.models import User

pytestmark = pytest.mark.django_db


def step_url(complaint: Complaint, key: str) -> str:
    return f"/complaints/{complaint.reference}/step/{key}"


def take(client: Client, complaint: Complaint, key: str, **given: object) -> int:
    """Take a step as the page would; return the status."""
    version = Complaint.objects.get(pk=complaint.pk).version
    return client.post(step_url(complaint, key), {"version": version, **given}).status_code


def test_every_step_has_a_page() -> None:
    assert {key for key, *_ in STEPS} <= PAGES.keys()


@pytest.mark.parametrize("key", sorted(PAGES))
def test_a_step_is_asked_for_or_refused_in_words(
    client: Client, an_investigated: Register, a_lead: User, key: str
) -> None:
    complaint = an_investigated()
    client.force_login(a_lead)

    page = client.get(step_url(complaint, key))

    assert page.status_code == 200
    text = page.content.decode()
    assert ('<form class="form"' in text) != ('class="refused"' in text)


@pytest.mark.parametrize("key", sorted(PAGES))
@pytest.mark.parametrize("person", ["an_admin", "an_auditor"])
def test_who_only_reads_takes_no_step(
    client: Client, a_registered: Register, key: str, person: str, request: pytest.FixtureRequest
) -> None:
    complaint = a_registered()
    client.force_login(request.getfixturevalue(person))

    assert client.get(step_url(complaint, key)).status_code == 403
    assert take(client, complaint, key) == 403


def test_a_specialist_does_not_approve(client: Client, a_registered: Register, a_specialist: User) -> None:
    client.force_login(a_specialist)

    assert client.get(step_url(a_registered(), "approve")).status_code == 403


def test_a_step_nobody_knows_is_not_found(client: Client, a_registered: Register, a_specialist: User) -> None:
    client.force_login(a_specialist)

    assert client.get(step_url(a_registered(), "delete")).status_code == 404


def test_a_case_goes_all_the_way_by_its_pages(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)
    finding = {"point": "Payout held", "text": "A rule that did not apply held it.", "upheld": "yes"}
    decision = {
        "outcome": "upheld", "reasons": "We held it without a reason.", "root_cause": "process",
        "redress_kind": "compensation", "redress_amount": "50",
    }  # fmt: skip
    promised = (timezone.now() + timedelta(days=200)).date()

    assert take(client, complaint, "triage", category=complaint.category_id) == 302
    assert take(client, complaint, "acknowledge") == 302
    assert take(client, complaint, "start_investigation") == 302
    assert take(client, complaint, "ask_customer", question="Which day?") == 302
    assert take(client, complaint, "customer_replied", text="Monday.") == 302
    assert take(client, complaint, "ask_third_party", party="The bank", question="When?") == 302
    assert take(client, complaint, "third_party_replied", text="On Monday.") == 302
    assert take(client, complaint, "send_holding_response", reason="The bank is slow.", promised_on=promised) == 302
    assert take(client, complaint, "record_finding", **finding) == 302
    assert take(client, complaint, "decide", **decision) == 302
    assert take(client, complaint, "draft_final_response") == 302
    _put_in_every_clause(client, complaint)
    assert take(client, complaint, "send_for_review") == 302
    client.force_login(a_lead)
    assert take(client, complaint, "send_back", comment="Say which day.") == 302
    client.force_login(a_specialist)
    assert take(client, complaint, "send_for_review") == 302
    client.force_login(a_lead)
    assert take(client, complaint, "approve", comment="Good.") == 302
    assert take(client, complaint, "send_final_response") == 302
    assert take(client, complaint, "close") == 302
    assert take(client, complaint, "reopen", reason="It was held again.") == 302

    complaint = Complaint.objects.get(pk=complaint.pk)
    assert complaint.state == State.REOPENED
    assert Letter.objects.filter(case_reference=complaint.reference, state=LetterState.SENT).count() == 4


def _put_in_every_clause(client: Client, complaint: Complaint) -> None:
    letter = final_letter(complaint)
    assert letter is not None
    for state in clause_states(letter):
        if state.required and not state.present:
            version = Complaint.objects.get(pk=complaint.pk).version
            url = f"/complaints/{complaint.reference}/letters/{letter.pk}/"
            assert client.post(url, {"version": version, "insert": state.key}).status_code == 302


@pytest.mark.parametrize(
    ("key", "given", "state"),
    [
        ("withdraw", {"reason": "It came after all."}, State.WITHDRAWN),
        ("forward", {"firm": "Other Bank plc", "reason": "The card is theirs."}, State.FORWARDED),
    ],
)
def test_a_complaint_can_end_early(
    client: Client, a_registered: Register, a_specialist: User, key: str, given: dict[str, str], state: str
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    assert take(client, complaint, key, **given) == 302
    assert Complaint.objects.get(pk=complaint.pk).state == state


def test_a_lead_agrees_that_it_is_no_complaint(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    assert take(client, complaint, "not_a_complaint", reason="A question.", agreed_by=a_specialist.pk) == 200
    assert take(client, complaint, "not_a_complaint", reason="A question.", agreed_by=a_lead.pk) == 302


def test_two_of_the_same_customer_become_one(client: Client, a_registered: Register, a_specialist: User) -> None:
    first, second = a_registered(), a_registered()
    client.force_login(a_specialist)

    assert take(client, second, "merge", into="C-26-999999") == 200
    assert take(client, second, "merge", into=first.reference.lower()) == 302
    assert Complaint.objects.get(pk=second.pk).merged_into == first


def test_the_facts_the_law_sees_can_be_corrected(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered(facts={"us_state": "NY", "cross_border": True})
    client.force_login(a_specialist)
    given = {"complaint_class": ["e_money", "other"], "complainant": "small_business", "product": "prepaid_account"}

    assert (
        client.post(f"/complaints/{complaint.reference}/facts", {"version": complaint.version, **given}).status_code
        == 302
    )

    complaint = Complaint.objects.get(pk=complaint.pk)
    assert complaint.complaint_class == ["e_money", "other"]
    assert complaint.facts == {"us_state": "NY", "product": "prepaid_account"}
    assert complaint.complainant.classed_as == "small_business"


def test_a_stale_form_says_who_changed_it_and_changes_nothing(
    client: Client, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_registered()
    case.note(complaint.pk, text="From the lead", actor=a_lead, at=timezone.now())
    client.force_login(a_specialist)
    before = Entry.objects.count()

    answer = client.post(step_url(complaint, "note"), {"version": complaint.version, "text": "My own words"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Tom Okafor noted" in page
    assert "My own words" in page
    assert f'name="version" value="{complaint.version + 1}"' in page
    assert Entry.objects.count() == before


def test_a_second_click_takes_no_second_step(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)
    given = {"version": complaint.version, "text": "Once"}

    first, second = (client.post(f"/complaints/{complaint.reference}/note", given) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 409)
    assert Entry.objects.filter(kind=Kind.NOTED).count() == 1


@pytest.mark.parametrize("version", ["", "x", "-1"])
def test_a_form_without_its_version_changes_nothing(
    client: Client, a_registered: Register, a_specialist: User, version: str
) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    answer = client.post(step_url(complaint, "note"), {"version": version, "text": "Words"})

    assert answer.status_code in {200, 409}
    assert not Entry.objects.filter(kind=Kind.NOTED).exists()


def test_a_step_that_is_not_possible_now_says_why(client: Client, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    client.force_login(a_specialist)

    answer = client.post(step_url(complaint, "close"), {"version": complaint.version})

    assert answer.status_code == 409
    assert "cannot be done while the complaint is received" in answer.content.decode()


def test_a_refusal_names_the_review_as_a_place(client: Client, a_reviewed: Register, a_specialist: User) -> None:
    complaint = a_reviewed()
    client.force_login(a_specialist)

    answer = client.post(step_url(complaint, "close"), {"version": complaint.version})

    assert "cannot be done while the complaint is in decision review." in answer.content.decode()


def test_what_is_missing_is_said_beside_its_field(
    client: Client, an_investigated: Register, a_specialist: User
) -> None:
    complaint = an_investigated()
    client.force_login(a_specialist)

    page = client.post(step_url(complaint, "record_finding"), {"version": complaint.version}).content.decode()

    assert page.count("field__error") == 3
    assert "Nothing was saved." in page


def test_two_stale_forms_at_once_are_both_explained(
    client: Client, an_investigated: Register, a_specialist: User, guard_put_back: None
) -> None:
    complaint = an_investigated()
    client.force_login(a_specialist)

    answer = client.post(step_url(complaint, "note"), {"version": 1, "text": "Called them."})

    assert answer.status_code == 409
    assert "Somebody changed this complaint" in answer.content.decode()
