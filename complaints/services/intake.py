"""A complaint comes in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from complaints import policy
from complaints.errors import Refused
from complaints.models import Category, Complainant, Complaint, Kind, Respondent, Source
from complaints.models.parties import ComplainantClass
from complaints.services import announcing
from complaints.services.clocks import follow_the_law
from complaints.services.law import facts_of
from complaints.services.references import allot
from complaints.services.story import record
from complaints.services.words import keep_words
from users.languages import LANGUAGES, usual_in
from users.models import User
from users.words import one_line


@dataclass(frozen=True, slots=True)
class NewComplainant:
    """Who complains, as typed or received."""

    name: str
    email: str = ""
    phone: str = ""
    address: str = ""
    country: str = ""
    classed_as: str = ComplainantClass.CONSUMER
    vulnerable: bool = False
    vulnerability: str = ""
    needs: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()


def own_language(language: str, respondent: Respondent) -> str:
    """Return what is kept of a language: nothing where it is the usual one, so that the two never contradict."""
    if language and language not in LANGUAGES:
        raise Refused(f"{language[:10]} is no language we know. Write two letters, such as de for German.")
    return "" if language == usual_in(respondent.jurisdiction) else language


@transaction.atomic
def register(
    *,
    respondent: Respondent,
    complainant: NewComplainant,
    category: Category,
    subject: str,
    narrative: str,
    channel: str,
    received_at: datetime,
    complaint_class: list[str] | None = None,
    facts: dict[str, object] | None = None,
    amount: Decimal | None = None,
    currency: str | None = None,
    language: str = "",
    owner: User | None = None,
    source: str = Source.STAFF,
    external_id: str = "",
    body_digest: str = "",
    actor: User,
    at: datetime,
) -> Complaint:
    """Take in a complaint, start its legal clocks, and give it to its owner or its respondent's team."""
    policy.require(actor, "register")
    if received_at > at:
        raise Refused("A complaint cannot have been received in the future. Check the date.")
    if owner is not None and owner.role not in policy.HANDLERS:
        raise Refused(f"{owner.name} does not handle complaints. Choose a specialist or a lead.")
    line, called = one_line(subject), one_line(complainant.name)
    if not (line and called):
        raise Refused("Write the customer's name, and in one line what it is about, in letters one can see.")
    complaint = Complaint(
        reference=allot(at.year)[0], source=source, external_id=external_id, subject=line, narrative=narrative,
        channel=channel, respondent=respondent, complainant=_customer(complainant, called),
        category=category, complaint_class=complaint_class or [category.complaint_class], facts=facts or {},
        amount=amount, currency=currency or respondent.currency, owner=owner, language=own_language(language, respondent),
        team=owner.team if owner and owner.team else respondent.team, received_at=received_at, registered_at=at,
        state_since=at, last_event_at=at,
    )  # fmt: skip
    complaint.save()
    keep_words([complaint.pk])
    told: dict[str, object] = {"channel": str(channel), "facts": facts_of(complaint)}
    if body_digest:
        told["body_digest"] = body_digest
    record(complaint, Kind.RECEIVED, actor=actor, at=at, occurred_at=received_at, **told)
    if owner is not None:
        record(complaint, Kind.ASSIGNED, actor=actor, at=at, owner=owner.pk, name=owner.name)
    follow_the_law(complaint, at=at)
    complaint.save()
    announcing.registered(complaint, at=at)
    return complaint


def _customer(told: NewComplainant, name: str) -> Complainant:
    lists = {"needs": list(told.needs), "not_by": list(told.not_by)}
    return Complainant.objects.create(**asdict(told) | {"name": name, **lists})
