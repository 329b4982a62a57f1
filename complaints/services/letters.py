"""A complaint's letters: what the correspondence room is told about the case."""

from __future__ import annotations

from datetime import date, datetime

from complaints.models import Complaint
from complaints.services.step import local_date
from correspondence.letters import FindingWords, LetterContext
from correspondence.models import Letter, LetterKind
from correspondence.services import draft_letter, send_letter
from users.models import User


def context_of(
    complaint: Complaint,
    *,
    actor: User,
    at: datetime,
    question: str = "",
    holding_reason: str = "",
    promised_on: date | None = None,
    reasons: str = "",
) -> LetterContext:
    """Return what a letter about this complaint may say, as known now."""
    decision = complaint.decisions.first()
    return LetterContext(
        reference=complaint.reference,
        jurisdiction=complaint.respondent.jurisdiction,
        complainant_class=complaint.complainant.classed_as,
        complaint_class=tuple(complaint.complaint_class),
        recipient_name=complaint.complainant.name,
        recipient_email=complaint.complainant.email,
        recipient_address=complaint.complainant.address,
        sender_name=actor.name,
        sender_firm=complaint.respondent.name,
        subject=complaint.subject,
        received_on=local_date(complaint, complaint.received_at),
        dated=local_date(complaint, at),
        outcome=decision.outcome if decision else "",
        reasons=reasons or (decision.reasons if decision else ""),
        findings=tuple(FindingWords(f.number, f.point, f.text, f.upheld) for f in complaint.findings.all()),
        redress_kind=decision.redress_kind if decision else "none",
        redress_amount=decision.redress_amount if decision and decision.redress_amount else None,
        currency=decision.currency if decision else complaint.currency,
        promised_on=promised_on,
        holding_reason=holding_reason,
        question=question,
    )


def send(
    complaint: Complaint,
    kind: LetterKind,
    *,
    actor: User,
    at: datetime,
    question: str = "",
    holding_reason: str = "",
    promised_on: date | None = None,
    reasons: str = "",
) -> Letter:
    """Write and send a letter of this kind in one go."""
    context = context_of(
        complaint, actor=actor, at=at, question=question, holding_reason=holding_reason, promised_on=promised_on,
        reasons=reasons,
    )  # fmt: skip
    return send_letter(draft_letter(kind, context, actor=actor, at=at), at=at)
