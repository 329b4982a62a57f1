"""What other systems are told, of each thing once, and nothing that is anybody's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint, Outcome, RedressKind, RootCause
from complaints.services import case, ending, response
from correspondence.models import Delivery, Endpoint, EventType
from escalations import services as escalations
from escalations.models import Escalation
from escalations.sweep import sweep
from tests.conftest import AT, Register
from tests.escalations.builders import a_clock, complaints_with_a_clock
from users.models import Team, User

pytestmark = pytest.mark.django_db
NIGHT = datetime.fromisoformat("2026-06-22T23:00:00+00:00")
Listens = Callable[..., Endpoint]


@pytest.fixture
def an_endpoint(an_admin: User) -> Listens:
    """An endpoint that is told, and never called."""

    def build(types: Sequence[str] = EventType.values, *, teams: Sequence[Team] = (), active: bool = True) -> Endpoint:
        endpoint = Endpoint.objects.create(
            name=f"Endpoint {Endpoint.objects.count()}", address="https://example.com/", types=list(types),
            active=active, salt="0" * 64, fingerprint="0" * 16, created_by=an_admin, created_at=AT,
        )  # fmt: skip
        endpoint.teams.set(teams)
        return endpoint

    return build


def told() -> list[dict[str, Any]]:
    return [json.loads(row.body) for row in Delivery.objects.order_by("pk")]


def types() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("type", flat=True))


def test_a_complaints_life_is_told_step_by_step(an_endpoint: Listens, a_reviewed: Register, a_specialist: User) -> None:
    an_endpoint()
    complaint = a_reviewed()
    response.send_final_response(complaint.pk, actor=a_specialist, at=AT + timedelta(hours=5))
    ending.close(complaint.pk, actor=a_specialist, at=AT + timedelta(hours=6))

    said = [
        (one["type"], one["data"].get("previous_state", ""), one["data"]["complaint"]["state"],
         one["data"].get("clock", {}).get("obligation", ""))
        for one in told()
    ]  # fmt: skip
    assert said[0] == ("complaint.registered", "", "received", "")
    assert [one[1:3] for one in said if one[0] == "complaint.state_changed"] == [
        ("received", "triaged"), ("triaged", "investigating"), ("investigating", "decision_review"),
        ("decision_review", "responded"), ("responded", "closed"),
    ]  # fmt: skip
    assert [one for one in said if one[0] == "complaint.closed"] == [("complaint.closed", "responded", "closed", "")]
    assert [(one[3], one[2]) for one in said if one[0] == "clock.met"] == [
        ("acknowledgement", "triaged"), ("final_response", "responded")
    ]  # fmt: skip


def test_a_step_that_is_refused_is_not_told(an_endpoint: Listens, a_registered: Register, a_specialist: User) -> None:
    complaint = a_registered()
    an_endpoint()

    with pytest.raises(Exception, match=r"."):
        ending.close(complaint.pk, actor=a_specialist, at=AT)

    assert told() == []


def test_a_limit_at_risk_and_then_missed_is_told_with_its_escalation(
    an_endpoint: Listens, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    an_endpoint()
    clock = a_clock(NIGHT, owner=a_specialist, team=a_team)

    sweep(NIGHT - timedelta(hours=20))
    sweep(NIGHT + timedelta(hours=3))
    sweep(NIGHT + timedelta(hours=4))

    assert types() == ["clock.at_risk", "escalation.raised", "clock.missed", "escalation.raised"]
    risk, _, missed, raised = told()
    assert (risk["timestamp"], missed["timestamp"]) == ("2026-06-21T23:00:00Z", "2026-06-22T23:00:00Z")
    assert missed["data"]["clock"] == {
        "id": clock.pk, "rule": "uk-disp-payments", "rule_version": 1, "obligation": "final_response",
        "status": "missed", "due_at": "2026-06-22T23:00:00Z", "due_on": "2026-06-22",
    }  # fmt: skip
    escalation = Escalation.objects.get(reason="missed")
    assert raised["data"]["escalation"] == {
        "id": escalation.pk, "reason": "missed", "severity": 3, "level": 0, "state": "open", "clock": clock.pk,
        "due_at": "2026-06-22T23:00:00Z", "link": f"http://127.0.0.1:8000/escalations/{escalation.pk}/",
    }  # fmt: skip


def test_an_escalation_is_told_when_raised_taken_and_resolved_once_each(
    an_endpoint: Listens, a_registered: Register, a_specialist: User, a_lead: User
) -> None:
    complaint = a_registered()
    an_endpoint()

    raised = escalations.raise_by_hand(complaint.pk, comment="She rang in tears.", actor=a_specialist, at=AT)
    for _ in range(2):
        escalations.take(raised.pk, actor=a_lead, at=AT)
    escalations.resolve(raised.pk, resolution="I called her.", actor=a_lead, at=AT)

    assert types() == ["escalation.raised", "escalation.taken", "escalation.resolved"]
    assert [one["data"]["escalation"]["state"] for one in told()] == ["open", "taken", "resolved"]


def test_nothing_that_is_anybodys_own_leaves_the_house(
    an_endpoint: Listens, an_investigated: Register, a_specialist: User, a_lead: User
) -> None:
    an_endpoint()
    complaint = an_investigated(subject="Ana Brennan lost her payout")
    case.record_finding(complaint.pk, point="Held", text="Ana was right.", upheld=True, actor=a_specialist, at=AT)
    case.decide(
        complaint.pk, outcome=Outcome.UPHELD, reasons="Ana was right.", root_cause=RootCause.PROCESS,
        redress_kind=RedressKind.NONE, actor=a_specialist, at=AT,
    )  # fmt: skip
    raised = escalations.raise_by_hand(complaint.pk, comment="Ana rang in tears.", actor=a_specialist, at=AT)
    escalations.resolve(raised.pk, resolution="I called Ana.", actor=a_lead, at=AT)

    said = " ".join(row.body for row in Delivery.objects.all())

    assert len(types()) >= 5
    for word in ("Ana", "Brennan", "customer.example", "Quay", "Maeve", "Okafor", "larkspur", "tears"):
        assert word.lower() not in said.lower()


def test_an_endpoint_is_told_of_its_events_and_its_teams_only(
    an_endpoint: Listens, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    elsewhere = Team.objects.create(name="Cards London", centre="London")
    ours = an_endpoint(["clock.missed"], teams=[a_team])
    an_endpoint(["clock.missed"], teams=[elsewhere])
    an_endpoint(["clock.met"])
    an_endpoint(active=False)
    complaints_with_a_clock([NIGHT] * 3, owner=a_specialist, team=a_team)

    sweep(NIGHT)

    assert set(Delivery.objects.values_list("endpoint", "type")) == {(ours.pk, "clock.missed")}
    assert Delivery.objects.count() == 3


def test_history_is_not_told(an_endpoint: Listens, a_registered: Register, a_specialist: User, a_team: Team) -> None:
    complaint = a_registered()
    Complaint.objects.filter(pk=complaint.pk).update(imported=True)
    an_endpoint(["clock.met"])

    response.acknowledge(complaint.pk, actor=a_specialist, at=AT)

    assert told() == []


def test_while_nobody_listens_a_sweep_asks_two_short_questions_more_and_writes_nothing(
    an_endpoint: Listens, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    an_endpoint(active=False)
    complaints_with_a_clock([NIGHT] * 5, owner=a_specialist, team=a_team)

    with CaptureQueriesContext(connection) as asked:
        sweep(NIGHT)

    ours = [query["sql"] for query in asked if "_endpoint" in query["sql"] or "_delivery" in query["sql"]]
    assert [sql.split()[0] for sql in ours] == ["SELECT", "SELECT"]


def test_a_burst_is_written_with_one_statement_for_each_kind_of_event(
    an_endpoint: Listens, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    an_endpoint(), an_endpoint()
    complaints_with_a_clock([NIGHT] * 200, owner=a_specialist, team=a_team)

    with CaptureQueriesContext(connection) as asked:
        sweep(NIGHT)

    written = [query["sql"] for query in asked if query["sql"].startswith('INSERT INTO "correspondence_delivery"')]
    assert (len(written), Delivery.objects.count()) == (2, 800)
