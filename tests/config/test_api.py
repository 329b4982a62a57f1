"""API v1: the same services, policy and filters as the pages."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.authtoken.models import Token

from complaints import steps
from complaints.api.steps import WAYS
from complaints.models import Category, Complaint, Respondent, Source
from complaints.services import case
from config import api
from escalations import services as escalations
from tests.config.calling import ROOT, Caller, told
from tests.conftest import AT, Register, a_person
from users.models import Role, Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def another_team(db: None) -> Team:
    return Team.objects.create(name="Cards Sydney", centre="Sydney", zone="Australia/Sydney")


def a_body(entity: Respondent, kind: Category, **given: object) -> dict[str, object]:
    return {
        "respondent": entity.key, "category": kind.pk, "subject": "Payout held", "channel": "email",
        "narrative": "It was held for nine days.", "received_at": "2026-06-01T10:15:00+01:00",
        "complainant": {"name": "Ana Brennan", "email": "ana@customer.example"}, **given,
    }  # fmt: skip


def test_who_does_not_sign_in_is_told_so(db: None) -> None:
    for answer in (Caller(None).get("/complaints/"), Caller(None).post("/complaints/")):
        assert answer.status_code == 401
        assert told(answer)["detail"]


def test_a_token_is_as_good_as_a_session(a_specialist: User, a_registered: Register) -> None:
    reference = a_registered().reference
    token = Token.objects.create(user=a_specialist)

    answer = Client().get(f"{ROOT}/complaints/{reference}/", headers={"Authorization": f"Token {token.key}"})

    assert told(answer)["reference"] == reference  # type: ignore[arg-type]


def test_a_session_needs_the_csrf_token_to_write(a_specialist: User, a_registered: Register) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_specialist)

    answer = client.post(f"{ROOT}/complaints/{a_registered().reference}/acknowledge/", content_type="application/json")

    assert answer.status_code == 403


def test_the_list_is_the_queue_in_its_order(a_specialist: User, a_registered: Register) -> None:
    first, second = a_registered(), a_registered(subject="Later")
    case.change_facts(
        first.pk, facts={}, complaint_class=["other"], complainant="consumer", actor=a_specialist, at=AT
    )  # eight weeks instead of fifteen days

    rows = told(Caller(a_specialist).get("/complaints/"))["results"]

    assert [row["reference"] for row in rows] == [second.reference, first.reference]
    assert rows[0]["clocks"][0]["obligation"] == "acknowledgement" or rows[0]["clocks"]


def test_the_list_takes_the_filters_of_the_page(
    a_specialist: User, a_registered: Register, a_respondent: Respondent
) -> None:
    wanted = a_registered(subject="A very particular payout")
    a_registered()
    caller = Caller(a_specialist)

    for query in ({"q": "particular"}, {"q": wanted.reference.lower()}):
        assert [row["reference"] for row in told(caller.get("/complaints/", **query))["results"]] == [wanted.reference]
    assert len(told(caller.get("/complaints/", respondent=a_respondent.key))["results"]) == 2
    for query in ({"state": "closed"}, {"view": "unassigned"}, {"respondent": "nobody"}):
        assert told(caller.get("/complaints/", **query))["results"] == []


def test_pages_lead_through_the_whole_list_and_back(a_specialist: User, a_registered: Register) -> None:
    made = [a_registered().reference for _ in range(5)]
    client = Caller(a_specialist).client
    seen: list[str] = []
    address = f"{ROOT}/complaints/?size=2"
    while address:
        page = told(client.get(address))  # type: ignore[arg-type]
        seen += [row["reference"] for row in page["results"]]
        last, address = page, page["next"]

    assert seen == made
    before = told(client.get(last["previous"]))  # type: ignore[arg-type]
    assert [row["reference"] for row in before["results"]] == made[2:4]


def test_a_page_costs_the_same_however_long(
    a_specialist: User, a_registered: Register, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    caller = Caller(a_specialist)
    for _ in range(2):
        a_registered()
        caller.get("/complaints/")
        # session, user, rows, clocks
        with django_assert_num_queries(4):
            caller.get("/complaints/")


def test_what_another_team_has_does_not_exist(a_registered: Register, another_team: Team) -> None:
    complaint = a_registered()
    stranger = Caller(a_person("sam@larkspur.example", "Sam Stone", Role.LEAD, another_team))

    assert told(stranger.get("/complaints/"))["results"] == []
    assert told(stranger.get("/clocks/"))["results"] == []
    for answer in (
        stranger.get(f"/complaints/{complaint.reference}/"),
        stranger.get(f"/complaints/{complaint.reference}/clocks/"),
        stranger.get(f"/complaints/{complaint.reference}/why-not/"),
        stranger.post(f"/complaints/{complaint.reference}/acknowledge/"),
        stranger.post(f"/complaints/{complaint.reference}/approve/"),
    ):
        assert (answer.status_code, told(answer)) == (404, {"detail": "This complaint does not exist."})


def test_a_registered_complaint_has_its_clocks(
    a_specialist: User, a_respondent: Respondent, a_category: Category
) -> None:
    facts = {"product": "payment_account", "account_first_deposit_on": "2026-05-01"}
    body = a_body(a_respondent, a_category, owner=a_specialist.email, facts=facts)

    answer = Caller(a_specialist).post("/complaints/", body)

    assert answer.status_code == 201
    complaint = Complaint.objects.get(reference=told(answer)["reference"])
    assert (complaint.source, complaint.owner, complaint.facts) == (Source.API, a_specialist, facts)
    assert told(answer)["next_due_at"] == "2026-06-22T23:00:00Z"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"subject": ""}, "subject: This field may not be blank."),
        ({"received_at": "2026-06-01T10:15:00"}, "received_at: Give the offset too"),
        ({"received_at": "2012-06-01T10:15:00Z"}, "received_at: Complaints are kept from 2015 on."),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "received_at: This lies outside the years people count."),
        ({"received_at": "9999-12-31T23:59:59-14:00"}, "received_at: This lies outside the years people count."),
        ({"respondent": "nobody"}, "respondent: "),
        ({"category": 10**30}, "category: "),
        ({"complainant": {"name": "Ana", "email": "no"}}, "complainant.email: "),
        ({"complaint_class": ["nonsense"]}, "complaint_class."),
        ({"facts": {"jurisdiction": "US"}}, "facts.jurisdiction: The law asks for no such fact."),
        ({"owner": "nobody@larkspur.example"}, "owner: Nobody with this e-mail address may be chosen."),
        ({"narrative": "A\u0000B"}, "narrative: "),
        ({"amount": "-1"}, "amount: "),
    ],
)
def test_what_cannot_be_taken_in_is_said_in_one_sentence(
    a_specialist: User, a_respondent: Respondent, a_category: Category, given: dict[str, object], sentence: str
) -> None:
    answer = Caller(a_specialist).post("/complaints/", a_body(a_respondent, a_category, **given))

    assert answer.status_code == 400
    assert told(answer)["detail"].startswith(sentence)
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("place", [b"p=%00", b"p=abc", b"p=" + b"9" * 5000, b"nonsense", b"o=x"])
def test_a_place_in_a_list_that_was_never_given_out_is_not_found(a_specialist: User, place: bytes) -> None:
    answer = Caller(a_specialist).get("/respondents/", cursor=b64encode(place).decode())

    assert answer.status_code in {200, 404}


@pytest.mark.parametrize("body", [[1], "words", 7])
def test_a_body_that_is_no_object_is_refused(a_specialist: User, body: object) -> None:
    assert Caller(a_specialist).post("/complaints/", body).status_code == 400


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[" * 100_000, "This JSON is nested too deeply."),
        (r'{"facts": {"\ud800": 1}}', "This JSON has half a character in it"),
        (r'{"respondent": "\udfff"}', "This JSON has half a character in it"),
    ],
)
def test_json_that_cannot_be_written_down_again_is_refused(a_specialist: User, text: str, sentence: str) -> None:
    answer = Caller(a_specialist).client.post(f"{ROOT}/complaints/", text, content_type="application/json")

    assert answer.status_code == 400
    assert told(answer)["detail"].startswith(sentence)


def test_text_that_is_no_json_is_refused(a_specialist: User) -> None:
    answer = Caller(a_specialist).client.post(f"{ROOT}/complaints/", "{no", content_type="application/json")

    assert (answer.status_code, answer.json()["detail"][:16]) == (400, "JSON parse error")


def test_a_complaint_from_the_future_is_refused(
    a_specialist: User, a_respondent: Respondent, a_category: Category
) -> None:
    body = a_body(a_respondent, a_category, received_at="2100-01-01T00:00:00Z")

    assert Caller(a_specialist).post("/complaints/", body).status_code == 409


def test_the_same_key_and_body_make_one_complaint(
    a_specialist: User, a_respondent: Respondent, a_category: Category
) -> None:
    caller, body = Caller(a_specialist), a_body(a_respondent, a_category)

    first = caller.post("/complaints/", body, **{"Idempotency-Key": "k-1"})
    again = caller.post("/complaints/", dict(reversed(body.items())), **{"Idempotency-Key": "k-1"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert told(first)["reference"] == told(again)["reference"]
    assert Complaint.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(
    a_specialist: User, a_respondent: Respondent, a_category: Category
) -> None:
    caller = Caller(a_specialist)
    caller.post("/complaints/", a_body(a_respondent, a_category), **{"Idempotency-Key": "k-1"})

    other = caller.post("/complaints/", a_body(a_respondent, a_category, subject="Other"), **{"Idempotency-Key": "k-1"})

    assert (other.status_code, Complaint.objects.count()) == (422, 1)
    assert told(other)["detail"] == "This Idempotency-Key was used for another complaint. Use a new key."


def test_two_people_may_use_the_same_key(
    a_specialist: User, a_lead: User, a_respondent: Respondent, a_category: Category
) -> None:
    for user in (a_specialist, a_lead):
        answer = Caller(user).post("/complaints/", a_body(a_respondent, a_category), **{"Idempotency-Key": "k-1"})
        assert answer.status_code == 201


def test_a_key_that_is_too_long_is_refused(a_specialist: User, a_respondent: Respondent, a_category: Category) -> None:
    answer = Caller(a_specialist).post(
        "/complaints/", a_body(a_respondent, a_category), **{"Idempotency-Key": "k" * 41}
    )

    assert answer.status_code == 400


def test_every_step_of_the_pages_is_a_step_of_the_api() -> None:
    assert {key for key, *_ in steps.STEPS} | {"note", "attach"} <= WAYS.keys()


def test_a_case_goes_through_the_api_from_triage_to_closure(
    a_specialist: User, a_lead: User, a_registered: Register, a_category: Category
) -> None:
    reference = a_registered().reference
    finding = {"point": "The payout was held", "text": "By a rule that did not apply.", "upheld": True}
    decision = {
        "outcome": "upheld", "reasons": "We held it without a reason.", "root_cause": "process",
        "redress_kind": "compensation", "redress_amount": "50.00",
    }  # fmt: skip
    taken: list[tuple[User, str, dict[str, object], str]] = [
        (a_specialist, "triage", {"category": a_category.pk}, "triaged"),
        (a_specialist, "acknowledge", {}, "triaged"),
        (a_specialist, "start_investigation", {}, "investigating"),
        (a_specialist, "ask_customer", {"question": "When?"}, "awaiting_customer"),
        (a_specialist, "customer_replied", {"text": "In May."}, "investigating"),
        (a_specialist, "record_finding", finding, "investigating"),
        (a_specialist, "decide", decision, "investigating"),
        (a_specialist, "draft_final_response", {}, "investigating"),
        (a_specialist, "send_for_review", {}, "decision_review"),
        (a_lead, "approve", {"comment": "Good."}, "decision_review"),
        (a_specialist, "send_final_response", {}, "responded"),
        (a_specialist, "close", {}, "closed"),
    ]

    for user, key, body, state in taken:
        answer = Caller(user).post(f"/complaints/{reference}/{key}/", body)
        assert answer.status_code == 200, (key, answer.content)
        assert told(answer)["state"] == state


def test_a_step_that_is_not_possible_now_says_why(a_specialist: User, a_registered: Register) -> None:
    answer = Caller(a_specialist).post(f"/complaints/{a_registered().reference}/close/")

    assert (answer.status_code, told(answer)) == (
        409, {"detail": "This cannot be done while the complaint is received."}
    )  # fmt: skip


def test_a_step_on_an_older_version_is_refused(a_specialist: User, a_registered: Register) -> None:
    complaint = a_registered()
    caller = Caller(a_specialist)
    caller.post(f"/complaints/{complaint.reference}/note/", {"text": "First."})

    answer = caller.post(f"/complaints/{complaint.reference}/note/", {"text": "Second.", "version": complaint.version})

    assert answer.status_code == 409
    assert told(answer)["detail"].startswith("Somebody changed this complaint since you opened it.")


def test_an_unknown_step_is_not_there(a_specialist: User, a_registered: Register) -> None:
    assert Caller(a_specialist).post(f"/complaints/{a_registered().reference}/explode/").status_code == 404


def test_a_file_is_attached(a_specialist: User, a_registered: Register, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    complaint = a_registered()
    file = SimpleUploadedFile("letter.txt", b"Dear all", content_type="text/plain")

    answer = Caller(a_specialist).client.post(f"{ROOT}/complaints/{complaint.reference}/attach/", {"file": file})

    assert answer.status_code == 200
    assert complaint.attachments.get().name == "letter.txt"


WHO = {"specialist": "a_specialist", "lead": "a_lead", "admin": "an_admin", "auditor": "an_auditor"}


@pytest.mark.parametrize("role", WHO)
def test_a_role_may_use_what_the_table_gives_it_and_nothing_else(
    role: str, a_decided: Register, a_specialist: User, request: pytest.FixtureRequest
) -> None:
    complaint = a_decided()
    escalation = escalations.raise_by_hand(complaint.pk, comment="Look.", actor=a_specialist, at=AT)
    user = request.getfixturevalue(WHO[role])
    # The right that only some admins have; the table says what an admin can be let do.
    user.opens_details = user.role == Role.ADMIN
    user.save()
    caller = Caller(user)

    for route, access in api.ROUTES.items():
        detail = route not in {"api:schema", "api:docs", "api:health"} and not route.endswith("-list")
        # Who may act on a task hangs on who was asked: here is none, and the role alone decides.
        by_number = {"api:escalation": escalation.pk, "api:task": escalation.pk + 1_000_000}
        pk = next((number for begins, number in by_number.items() if route.startswith(begins)), None)
        key: dict[str, object] = {"pk": pk} if pk else {"reference": complaint.reference}
        path = reverse(route, kwargs=key if detail else None).removeprefix(ROOT)
        for method, roles in (("get", access.read), ("post", access.write)):
            status = getattr(caller, method)(path).status_code
            if not roles:
                assert status == 405, (route, method)
            else:
                assert (status != 403) is (user.role in roles), (route, method, status)
            assert status < 500, (route, method)


def test_a_lead_takes_passes_on_and_resolves_an_escalation(
    a_lead: User, an_admin: User, a_specialist: User, a_registered: Register
) -> None:
    complaint = a_registered()
    raised = escalations.raise_by_hand(complaint.pk, comment="She rang in tears.", actor=a_specialist, at=AT)
    caller = Caller(a_lead)

    [listed] = told(caller.get("/escalations/", reason="manual"))["results"]
    taken = told(caller.post(f"/escalations/{raised.pk}/take/"))
    given = told(caller.post(f"/escalations/{raised.pk}/reassign/", {"to": an_admin.email}))
    resolved = told(caller.post(f"/escalations/{raised.pk}/resolve/", {"resolution": "We called her."}))
    again = caller.post(f"/escalations/{raised.pk}/resolve/", {"resolution": "Once more."})

    assert (listed["id"], listed["complaint"], listed["text"]) == (raised.pk, complaint.reference, raised.text)
    assert (taken["state"], taken["assigned_to"]["email"]) == ("taken", a_lead.email)
    assert given["assigned_to"]["email"] == an_admin.email
    assert (resolved["state"], resolved["resolution"]) == ("resolved", "We called her.")
    assert (again.status_code, told(again)["detail"]) == (409, "Somebody has resolved this escalation already.")


def test_an_escalation_of_another_team_does_not_exist(
    a_specialist: User, a_registered: Register, another_team: Team
) -> None:
    raised = escalations.raise_by_hand(a_registered().pk, comment="Look.", actor=a_specialist, at=AT)
    stranger = Caller(a_person("sam@larkspur.example", "Sam Stone", Role.LEAD, another_team))

    assert told(stranger.get("/escalations/"))["results"] == []
    assert stranger.get(f"/escalations/{raised.pk}/").status_code == 404
    assert stranger.post(f"/escalations/{raised.pk}/take/").status_code == 404


def test_the_schema_describes_every_address_without_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "schema.yaml"

    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(path))

    for key in WAYS:
        assert f"/api/v1/complaints/{{reference}}/{key}/:" in path.read_text()


def test_the_documentation_runs_no_inline_script_or_style(a_specialist: User) -> None:
    page = Caller(a_specialist).get("/docs/").content.decode()

    assert "swagger-ui-bundle.js" in page
    assert "<style" not in page
    assert all("src=" in tag for tag in page.split("<script")[1:])
    assert "SwaggerUIBundle" in Caller(a_specialist).get("/docs/", script="").content.decode()
