"""How a complaint ends, and how it is taken up again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from complaints import policy
from complaints.errors import Refused
from complaints.models import Complaint, Kind
from complaints.services.letters import send
from complaints.services.step import begin, finish, move, words
from complaints.services.story import record
from complaints.services.tasks import ENDED, cancel_open
from correspondence.models import LetterKind
from users.models import User


@transaction.atomic
def close(complaint_id: int, *, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Close the complaint and every clock that still runs."""
    complaint = begin(complaint_id, "end", actor=actor, version=version)
    move(complaint, complaint.close, at=at)
    record(complaint, Kind.CLOSED, actor=actor, at=at)
    return finish(complaint, at=at)


@transaction.atomic
def withdraw(complaint_id: int, *, reason: str, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Record that the customer takes the complaint back."""
    complaint = begin(complaint_id, "end", actor=actor, version=version)
    move(complaint, complaint.withdraw, at=at)
    cancel_open(complaint, why=ENDED, actor=actor, at=at)
    record(complaint, Kind.WITHDRAWN, actor=actor, at=at, text=words(reason))
    return finish(complaint, at=at)


@transaction.atomic
def forward(
    complaint_id: int, *, firm: str, reason: str, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Forward it to the firm that is responsible, and tell the customer in a final response (DISP 1.7.1R, 1.7.2R)."""
    complaint = begin(complaint_id, "end", actor=actor, version=version)
    move(complaint, complaint.forward, at=at)
    cancel_open(complaint, why=ENDED, actor=actor, at=at)
    letter = send(
        complaint, LetterKind.FORWARDING, actor=actor, at=at,
        reasons=f"We have forwarded your complaint to {words(firm)}. {words(reason)}",
    )  # fmt: skip
    record(complaint, Kind.FORWARDED, actor=actor, at=at, firm=firm, text=reason)
    record(complaint, Kind.FINAL_SENT, actor=actor, at=at, letter=letter.pk)
    return finish(complaint, at=at)


@transaction.atomic
def not_a_complaint(
    complaint_id: int, *, reason: str, agreed_by: User, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Record that it expresses no dissatisfaction, which a lead has agreed."""
    complaint = begin(complaint_id, "end", actor=actor, version=version)
    if agreed_by.pk == actor.pk or agreed_by.role not in policy.LEADS or not agreed_by.is_active:
        raise Refused("A lead who is not you must agree that this is not a complaint.")
    move(complaint, complaint.reject_as_no_complaint, at=at)
    cancel_open(complaint, why=ENDED, actor=actor, at=at)
    record(
        complaint, Kind.NOT_A_COMPLAINT, actor=actor, at=at, text=words(reason), agreed_by=agreed_by.pk,
        name=agreed_by.name,
    )  # fmt: skip
    return finish(complaint, at=at)


@transaction.atomic
def refer_to_ombudsman(
    complaint_id: int, *, ombudsman_reference: str, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Record that the customer took it to the ombudsman."""
    complaint = begin(complaint_id, "end", actor=actor, version=version)
    move(complaint, complaint.refer, at=at)
    record(complaint, Kind.WITH_OMBUDSMAN, actor=actor, at=at, text=words(ombudsman_reference))
    return finish(complaint, at=at)


@transaction.atomic
def reopen(complaint_id: int, *, reason: str, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Take the complaint up again."""
    complaint = begin(complaint_id, "end", actor=actor, version=version)
    move(complaint, complaint.reopen, at=at)
    record(complaint, Kind.REOPENED, actor=actor, at=at, text=words(reason))
    return finish(complaint, at=at)
