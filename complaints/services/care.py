"""Say what a customer in a vulnerable situation needs, and open the details, which is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from complaints import policy
from complaints.care import restricted
from complaints.errors import NotAllowed, Refused
from complaints.models import Complaint, Kind, Opening
from complaints.models.parties import Channels, Need
from complaints.services.step import begin, keep
from complaints.services.story import record
from users.models import User

LONGEST = 200


@transaction.atomic
def change_care(
    complaint_id: int,
    *,
    vulnerable: bool,
    needs: Sequence[str] = (),
    not_by: Sequence[str] = (),
    details: str | None = None,
    actor: User,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Change the mark and the needs, which all see, and the details if they are given, which few may."""
    complaint = begin(complaint_id, "care", actor=actor, version=version)
    customer = complaint.complainant
    if details is not None and not policy.opens_details(actor, complaint):
        raise NotAllowed(restricted(complaint))
    if not set(needs) <= set(Need.values) or not set(not_by) <= set(Channels.values):
        raise Refused("Choose the needs and the channels from those offered.")
    said = customer.vulnerability if details is None else details.strip()[:LONGEST]
    if not vulnerable and (needs or not_by or said):
        raise Refused(
            "Needs and details are kept for a customer marked as vulnerable. Keep the mark, or take them out."
        )
    if vulnerable and not (needs or not_by or said):
        raise Refused("Say what to take care of: a need, a channel to avoid, or details.")
    changed = said != customer.vulnerability
    customer.vulnerable, customer.needs, customer.not_by = vulnerable, list(needs), list(not_by)
    customer.vulnerability = said
    customer.save(update_fields=["vulnerable", "needs", "not_by", "vulnerability"])
    record(
        complaint, Kind.CARE_CHANGED, actor=actor, at=at, vulnerable=vulnerable, needs=list(needs),
        not_by=list(not_by), details_changed=changed,
    )  # fmt: skip
    return keep(complaint)


@transaction.atomic
def open_details(complaint: Complaint, *, actor: User, at: datetime) -> str:
    """Return the details, and write down who read them and when; the two happen together or not at all."""
    policy.require(actor, "read", complaint)
    if not policy.opens_details(actor, complaint):
        raise NotAllowed(restricted(complaint))
    Opening.objects.create(complaint=complaint, complainant=complaint.complainant, user=actor, at=at)
    return complaint.complainant.vulnerability
