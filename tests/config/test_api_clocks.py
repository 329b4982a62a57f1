"""The API's clocks: each with its why, as known on any instant, and why there is none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from complaints.services import case
from regulations.models import ClockStatus
from tests.config.calling import Caller, told
from tests.conftest import AT, Register
from users.models import User

pytestmark = pytest.mark.django_db


def test_a_case_says_its_clocks_and_which_steps_are_possible(a_specialist: User, a_registered: Register) -> None:
    shown = told(Caller(a_specialist).get(f"/complaints/{a_registered().reference}/"))

    final = next(clock for clock in shown["clocks"] if clock["obligation"] == "final_response")
    assert (final["due_on"], final["status"], final["enforced"]) == ("2026-06-22", ClockStatus.RUNNING, True)
    assert "22 Jun 2026" in final["sentence"]
    steps_shown = {step["key"]: step["refusal"] for step in shown["steps"]}
    assert steps_shown["triage"] == ""
    assert steps_shown["send_final_response"] == "This cannot be done while the complaint is received."
    assert shown["complainant"]["email"] == "ana@customer.example"


def test_the_clocks_of_a_case_are_explained_day_by_day(a_specialist: User, a_registered: Register) -> None:
    lines = told(Caller(a_specialist).get(f"/complaints/{a_registered().reference}/clocks/"))

    final = next(line for line in lines if line["clock"]["obligation"] == "final_response")
    assert (final["days"][0]["kind"], final["days"][-1]["kind"]) == ("received", "due")


def test_a_rule_without_a_clock_says_which_fact_decided(
    a_specialist: User, a_registered: Register, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    caller, reference = Caller(a_specialist), a_registered().reference
    caller.get(f"/complaints/{reference}/why-not/")

    # session, user, complaint, story
    with django_assert_num_queries(4):
        verdicts = told(caller.get(f"/complaints/{reference}/why-not/"))

    other = next(one for one in verdicts if one["rule"] == "uk-dpa-164a")
    assert (other["applies"], other["rule_version"]) == (False, 1)
    assert other["because"] == ("It is for complaints about data protection; the complaint is about payment services.")
    records = next(one for one in verdicts if one["rule"] == "uk-fos-referral")
    assert records["applies"]
    assert "nothing of that has happened" in records["absent"][0]["because"]


def test_clocks_are_told_as_they_were_known_on_a_past_instant(
    a_specialist: User, a_registered: Register, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    complaint, caller = a_registered(), Caller(a_specialist)
    case.change_facts(
        complaint.pk, facts={}, complaint_class=["other"], complainant="consumer", actor=a_specialist,
        at=AT + timedelta(days=1),
    )  # fmt: skip
    path = f"/complaints/{complaint.reference}/clocks/"

    now = {line["clock"]["rule"] for line in told(caller.get(path))}
    # session, user, complaint, clocks, story, the two marks of the law of that day
    with django_assert_num_queries(7):
        then = told(caller.get(path, as_known_on=(AT + timedelta(minutes=1)).isoformat()))

    assert "uk-disp-standard" in now
    assert "uk-disp-payments" in {line["clock"]["rule"] for line in then}
    assert "uk-disp-standard" not in {line["clock"]["rule"] for line in then}
    why = told(caller.get(path.replace("clocks", "why-not"), as_known_on=(AT + timedelta(minutes=1)).isoformat()))
    assert "uk-disp-standard" in {one["rule"] for one in why}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("yesterday", "as_known_on: Give an instant with its offset"),
        ("2026-06-01T10:15:00", "as_known_on: Give an instant with its offset"),
        ("2026-02-31T10:15:00Z", "as_known_on: There is no such instant."),
        ("2999-01-01T00:00:00Z", "as_known_on: What will be known is not known yet."),
    ],
)
def test_an_instant_nobody_can_have_known_is_refused(
    a_specialist: User, a_registered: Register, asked: str, sentence: str
) -> None:
    reference = a_registered().reference

    for path in ("clocks", "why-not"):
        answer = Caller(a_specialist).get(f"/complaints/{reference}/{path}/", as_known_on=asked)
        assert answer.status_code == 400
        assert told(answer)["detail"].startswith(sentence)


def test_before_it_was_on_record_a_complaint_has_no_clocks_and_says_so(
    a_specialist: User, a_registered: Register
) -> None:
    before = (AT - timedelta(days=400)).isoformat()
    reference = a_registered().reference

    for path in ("clocks", "why-not"):
        answer = Caller(a_specialist).get(f"/complaints/{reference}/{path}/", as_known_on=before)
        assert (answer.status_code, told(answer)["detail"]) == (409, "This complaint has no story to count from.")


def test_clocks_are_found_by_what_they_are(a_specialist: User, a_registered: Register) -> None:
    complaint = a_registered()
    a_registered()
    caller = Caller(a_specialist)

    found = told(caller.get("/clocks/", complaint=complaint.reference, obligation="final_response"))["results"]
    assert [(clock["complaint"], clock["due_on"]) for clock in found] == [(complaint.reference, "2026-06-22")]
    assert told(caller.get("/clocks/", ends_before="2026-01-01T00:00:00Z"))["results"] == []
    assert caller.get("/clocks/", status="late").status_code == 400
