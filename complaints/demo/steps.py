"""The steps a story may tell, each by its own service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from complaints.demo.reading import Told
from complaints.models import Complaint
from complaints.services import case, ending, merging, response, review
from users.models import User


@dataclass(frozen=True, slots=True)
class Moment:
    """One step at its time: what the story says of it, who takes it, and what its words stand for."""

    complaint: Complaint
    told: Told
    actor: User
    at: datetime
    promised_on: date | None
    agreed_by: User | None
    into: Complaint | None


def take(moment: Moment) -> Complaint:
    """Take the step through its service."""
    return STEPS[moment.told["do"]](moment)


def _plain(service: Callable[..., Complaint], *names: str) -> Callable[[Moment], Complaint]:
    """Return a step whose words are the service's own arguments."""

    def step(moment: Moment) -> Complaint:
        words = {name: moment.told[name] for name in names}
        return service(moment.complaint.pk, **words, actor=moment.actor, at=moment.at)

    return step


def _triage(moment: Moment) -> Complaint:
    return case.triage(moment.complaint.pk, category=moment.complaint.category, actor=moment.actor, at=moment.at)


def _decide(moment: Moment) -> Complaint:
    told = moment.told
    return case.decide(
        moment.complaint.pk, outcome=told["outcome"], reasons=told["reasons"], root_cause=told["root_cause"],
        redress_kind=told["redress_kind"], redress_amount=Decimal(told.get("redress_amount", "0")),
        actor=moment.actor, at=moment.at,
    )  # fmt: skip


def _hold(moment: Moment) -> Complaint:
    assert moment.promised_on is not None
    return response.send_holding_response(
        moment.complaint.pk, reason=moment.told["reason"], promised_on=moment.promised_on, actor=moment.actor,
        at=moment.at,
    )  # fmt: skip


def _not_a_complaint(moment: Moment) -> Complaint:
    assert moment.agreed_by is not None
    return ending.not_a_complaint(
        moment.complaint.pk, reason=moment.told["reason"], agreed_by=moment.agreed_by, actor=moment.actor, at=moment.at
    )


def _merge(moment: Moment) -> Complaint:
    assert moment.into is not None
    return merging.merge(moment.complaint.pk, into=moment.into, actor=moment.actor, at=moment.at)


def _refer(moment: Moment) -> Complaint:
    return ending.refer_to_ombudsman(
        moment.complaint.pk, ombudsman_reference=moment.told["reference"], actor=moment.actor, at=moment.at
    )


STEPS: dict[str, Callable[[Moment], Complaint]] = {
    "triage": _triage,
    "acknowledge": _plain(response.acknowledge),
    "start_investigation": _plain(case.start_investigation),
    "ask_customer": _plain(case.ask_customer, "question"),
    "customer_replied": _plain(case.customer_replied, "text"),
    "ask_third_party": _plain(case.ask_third_party, "party", "question"),
    "third_party_replied": _plain(case.third_party_replied, "text"),
    "note": _plain(case.note, "text"),
    "record_finding": _plain(case.record_finding, "point", "text", "upheld"),
    "decide": _decide,
    "draft_final_response": _plain(response.draft_final_response),
    "send_for_review": _plain(review.send_for_review),
    "approve": _plain(review.approve, "comment"),
    "send_back": _plain(review.send_back, "comment"),
    "send_holding_response": _hold,
    "accept_resolution": _plain(response.accept_resolution, "form"),
    "resolve_summarily": _plain(response.resolve_summarily),
    "send_final_response": _plain(response.send_final_response),
    "close": _plain(ending.close),
    "withdraw": _plain(ending.withdraw, "reason"),
    "forward": _plain(ending.forward, "firm", "reason"),
    "not_a_complaint": _not_a_complaint,
    "merge": _merge,
    "refer_to_ombudsman": _refer,
    "reopen": _plain(ending.reopen, "reason"),
}
# What a second person does; the rest is the owner's.
BY_THE_LEAD = frozenset({"approve", "send_back"})
