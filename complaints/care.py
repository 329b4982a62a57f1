"""What a customer in a vulnerable situation needs: what all who handle the case see, and what few may open.

The details say why (health, a death, a crime): special categories of data under article 9 of the UK GDPR. What the
work must do about it is said without the why.
"""

from __future__ import annotations

from django.db.models import Q

from complaints import policy
from complaints.models import Complaint
from complaints.models.parties import Need
from users.models import Role, User

NEEDS = dict(Need.choices)
# Steps that send a letter, and the channel it goes by where the customer has an e-mail address.
SENDING = frozenset({
    "acknowledge", "ask_customer", "send_holding_response", "send_final_response", "resolve_summarily", "forward",
})  # fmt: skip


def warning(complaint: Complaint, step: str) -> str:
    """Return what to mind before this step sends a letter; "" when there is nothing."""
    customer = complaint.complainant
    if step not in SENDING:
        return ""
    told = [customer.unwanted_letter] if customer.unwanted_letter else []
    if customer.needs:
        told.append(f"Needs: {', '.join(NEEDS[key].lower() for key in customer.needs if key in NEEDS)}.")
    return " ".join(told)


def who_may_open(complaint: Complaint) -> list[User]:
    """Return who may open the details: the owner, the leads of the team, and admins who were given the right."""
    rightful = Q(role=Role.ADMIN, opens_details=True)
    if complaint.owner_id is not None:
        rightful |= Q(pk=complaint.owner_id)
    if complaint.team_id is not None:
        rightful |= Q(role=Role.LEAD, team=complaint.team_id)
    return [one for one in User.objects.filter(rightful).order_by("name") if policy.opens_details(one, complaint)]


def restricted(complaint: Complaint) -> str:
    """Return the sentence that stands in place of the details."""
    names = [one.name for one in who_may_open(complaint)]
    return (
        f"Restricted. {' or '.join(names)} can open it."
        if names
        else "Restricted. Nobody can open it just now: ask an admin."
    )
