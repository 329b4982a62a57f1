"""Work on a complaint: sort it, give it to somebody, ask, find out, decide."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from complaints import authority
from complaints.errors import Refused
from complaints.models import Category, Complaint, Decision, Finding, Kind, RedressKind, State
from complaints.models.complaint import WORKING
from complaints.models.parties import ComplainantClass
from complaints.services.giving import give
from complaints.services.intake import own_language
from complaints.services.law import facts_of
from complaints.services.letters import send
from complaints.services.mentions import mention, named_in
from complaints.services.points import next_point
from complaints.services.step import begin, finish, keep, local_date, move, only_while, words
from complaints.services.story import record
from complaints.standard import ready
from correspondence.models import LetterKind
from users.models import User


@transaction.atomic
def triage(
    complaint_id: int, *, category: Category, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Say what the complaint is about, so that the right law applies before the acknowledgement goes out."""
    complaint = begin(complaint_id, "triage", actor=actor, version=version)
    move(complaint, complaint.triage, at=at)
    if category != complaint.category:
        complaint.category = category
        complaint.complaint_class = [category.complaint_class]
    record(complaint, Kind.TRIAGED, actor=actor, at=at, category=str(category), facts=facts_of(complaint))
    return finish(complaint, at=at)


@transaction.atomic
def assign(complaint_id: int, *, owner: User, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Give the complaint to somebody who handles complaints; it moves to their team."""
    return give(begin(complaint_id, "assign", actor=actor, version=version), owner=owner, actor=actor, at=at)


@transaction.atomic
def note(complaint_id: int, *, text: str, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Write an internal note."""
    complaint = begin(complaint_id, "note", actor=actor, version=version)
    said = words(ready(text))
    entry = record(complaint, Kind.NOTED, actor=actor, at=at, text=said)
    mention(entry, named_in(said, complaint).told, actor=actor, at=at)
    return keep(complaint)


@transaction.atomic
def change_facts(
    complaint_id: int,
    *,
    facts: dict[str, object],
    complaint_class: list[str],
    complainant: str,
    actor: User,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Correct what the law sees; the clocks follow."""
    complaint = begin(complaint_id, "change_facts", actor=actor, version=version)
    if not complaint_class:
        raise Refused("Choose at least one class of complaint.")
    if complainant not in ComplainantClass.values:
        raise Refused("Choose what kind of customer complains.")
    complaint.facts, complaint.complaint_class = facts, complaint_class
    if complaint.complainant.classed_as != complainant:
        complaint.complainant.classed_as = complainant
        complaint.complainant.save(update_fields=["classed_as"])
    record(complaint, Kind.FACTS_CHANGED, actor=actor, at=at, facts=facts_of(complaint))
    return finish(complaint, at=at)


@transaction.atomic
def set_language(
    complaint_id: int, *, language: str, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Say in which language the customer is written to; no date of the law hangs on it."""
    complaint = begin(complaint_id, "change_facts", actor=actor, version=version)
    kept, before = own_language(language, complaint.respondent), complaint.spoken_in_words
    if kept == complaint.language:
        raise Refused(f"The case is in {before} already.")
    complaint.language = kept
    text = f"Language of the case: {complaint.spoken_in_words} (before: {before})."
    record(complaint, Kind.NOTED, actor=actor, at=at, text=text)
    return keep(complaint)


@transaction.atomic
def start_investigation(complaint_id: int, *, actor: User, at: datetime, version: int | None = None) -> Complaint:
    """Begin to look into it."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    move(complaint, complaint.investigate, at=at)
    record(complaint, Kind.INVESTIGATION_STARTED, actor=actor, at=at)
    return finish(complaint, at=at)


@transaction.atomic
def ask_customer(
    complaint_id: int, *, question: str, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Ask the customer and wait. The law's clocks keep running."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    asked = words(ready(question))
    move(complaint, complaint.await_customer, at=at)
    letter = send(complaint, LetterKind.QUESTION, actor=actor, at=at, question=asked)
    record(complaint, Kind.ASKED_CUSTOMER, actor=actor, at=at, text=asked, letter=letter.pk)
    return finish(complaint, at=at)


@transaction.atomic
def customer_replied(
    complaint_id: int, *, text: str, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Keep what the customer said; go on if we were waiting for it."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    said = words(text)
    if complaint.state == State.AWAITING_CUSTOMER:
        move(complaint, complaint.resume, at=at)
    record(complaint, Kind.CUSTOMER_REPLIED, actor=actor, at=at, text=said)
    return finish(complaint, at=at)


@transaction.atomic
def ask_third_party(
    complaint_id: int, *, party: str, question: str, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Note that a third party was asked, and wait. The law's clocks keep running."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    move(complaint, complaint.await_third_party, at=at)
    record(complaint, Kind.ASKED_THIRD_PARTY, actor=actor, at=at, party=words(party), text=words(ready(question)))
    return finish(complaint, at=at)


@transaction.atomic
def third_party_replied(
    complaint_id: int, *, text: str, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Keep what the third party answered, and go on."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    only_while(complaint, [State.AWAITING_THIRD_PARTY], "We are not waiting for a third party. Write a note instead.")
    move(complaint, complaint.resume, at=at)
    record(complaint, Kind.THIRD_PARTY_REPLIED, actor=actor, at=at, text=words(text))
    return finish(complaint, at=at)


# What happened outside Redress and the law asks about, in its words (regulations vocabulary, section 4).
HAPPENINGS: dict[str, str] = {
    "progress_update_sent": "A progress update was sent",
    "delay_notice_sent": "A delay notice was sent",
    "extension_notified": "An extension was notified",
    "investigation_completed": "The investigation was completed",
    "error_determined": "An error was found",
    "frivolous_determined": "The dispute was found frivolous",
    "provisional_credit_posted": "Provisional credit was posted",
    "provisional_credit_debit_notice_sent": "Notice that the provisional credit is taken back was sent",
    "statement_sent": "The statement with the error was sent",
    "written_confirmation_received": "Written confirmation was received",
    "complainant_info_received": "Relevant information was received",
    "remedy_instruction_received": "The customer chose a remedy",
    "cancellation_requested": "Cancellation was asked for",
    "internal_appeal_received": "An internal appeal was received",
    "distribution_notice_received": "The notice of distribution was received",
    "transaction_made": "The transaction was made",
    "transaction_posted": "The transaction was posted",
    "payment_made": "The payment was made",
    "funds_available": "The disclosed date of availability",
    "conduct_occurred": "The conduct complained of",
}


@transaction.atomic
def record_happening(
    complaint_id: int, *, event: str, on: date, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Record something that happened elsewhere and that a clock waits for or starts from."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    if event not in HAPPENINGS:
        raise Refused("Choose what happened.")
    if on > local_date(complaint, at):
        raise Refused("This is still to come. Record it once it has happened.")
    record(
        complaint, Kind.HAPPENED, actor=actor, at=at, text=HAPPENINGS[event],
        events=[{"type": event, "at": on.isoformat()}],
    )  # fmt: skip
    return finish(complaint, at=at)


@transaction.atomic
def record_finding(
    complaint_id: int, *, point: str, text: str, upheld: bool, actor: User, at: datetime, version: int | None = None
) -> Complaint:
    """Write down what was found on one point."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    only_while(complaint, [*WORKING], "Findings are recorded while the complaint is being looked into.")
    number = next_point(complaint)
    Finding.objects.create(
        complaint=complaint, number=number, point=words(point), text=words(text), upheld=upheld, recorded_by=actor,
        recorded_at=at,
    )  # fmt: skip
    record(complaint, Kind.FINDING, actor=actor, at=at, number=number, point=point, upheld=upheld, text=text)
    return keep(complaint)


@transaction.atomic
def decide(
    complaint_id: int,
    *,
    outcome: str,
    reasons: str,
    root_cause: str,
    redress_kind: str = RedressKind.NONE,
    redress_amount: Decimal = Decimal(0),
    actor: User,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Decide: outcome, root cause and redress. A later decision replaces an earlier one."""
    complaint = begin(complaint_id, "investigate", actor=actor, version=version)
    only_while(complaint, [State.INVESTIGATING], "Decide while the complaint is being investigated.")
    if not complaint.findings.exists():
        raise Refused("Record a finding on at least one point first.")
    if redress_amount and redress_kind == RedressKind.NONE:
        raise Refused("Say what kind of redress the amount is.")
    if reason := authority.refusal_to_decide(complaint, redress_amount, complaint.currency, user=actor):
        raise Refused(reason)
    within = authority.covers(actor, redress_amount, complaint.currency)
    Decision.objects.create(
        complaint=complaint, outcome=outcome, reasons=words(reasons), root_cause=root_cause, redress_kind=redress_kind,
        redress_amount=redress_amount, currency=complaint.currency, decided_by=actor, decided_at=at,
        within_limit=within,
    )  # fmt: skip
    record(
        complaint, Kind.DECIDED, actor=actor, at=at, outcome=str(outcome), root_cause=str(root_cause), text=reasons,
        redress_kind=str(redress_kind), redress_amount=str(redress_amount), currency=complaint.currency,
        limit=str(authority.limit(actor, complaint.currency)), within_limit=within,
    )  # fmt: skip
    return finish(complaint, at=at)
