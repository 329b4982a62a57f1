"""How much redress a person may give, and who may approve more. An amount nobody was given is none."""

from __future__ import annotations

from decimal import Decimal

from complaints import policy
from complaints.models import Complaint, Decision
from users.models import User


def limit(user: User, currency: str) -> Decimal:
    """Return the most this person may give in this currency; a limit in one currency is none in another."""
    given = user.authority_amount
    return given if given is not None and user.authority_currency == currency else Decimal(0)


def covers(user: User, amount: Decimal, currency: str) -> bool:
    """Say whether this person may give this much."""
    return amount <= limit(user, currency)


def who_may_approve(complaint: Complaint, amount: Decimal, currency: str, *, but: User) -> list[User]:
    """Return who may approve this much on this complaint beside this person, the lowest sufficient limit first."""
    leads = User.objects.filter(
        is_active=True, role__in=policy.ACTIONS["review"], authority_currency=currency, authority_amount__gte=amount
    ).exclude(pk=but.pk)
    return [lead for lead in leads.order_by("authority_amount", "name") if policy.is_visible(lead, complaint)]


def said(amount: Decimal, currency: str) -> str:
    """Return an amount as a sentence holds it."""
    return f"{currency} {amount:,.2f}"


def refusal_to_decide(complaint: Complaint, amount: Decimal, currency: str, *, user: User) -> str:
    """Return why this person cannot even propose this much; "" when they may, alone or with a second person."""
    if covers(user, amount, currency) or who_may_approve(complaint, amount, currency, but=user):
        return ""
    return (
        f"Your limit is {said(limit(user, currency), currency)}, and no lead who sees this complaint may approve"
        f" {said(amount, currency)}. Decide less, or ask an admin to give somebody a higher limit."
    )


def refusal_to_approve(complaint: Complaint, decision: Decision | None, *, user: User) -> str:
    """Return why this person cannot approve the decision's redress; "" when they can."""
    if decision is None or decision.within_limit:
        return ""
    amount, currency = decision.redress_amount, decision.currency
    if decision.decided_by_id == user.pk:
        return f"You decided {said(amount, currency)}, which is above your limit. A second person must approve it."
    if covers(user, amount, currency):
        return ""
    return (
        f"The redress of {said(amount, currency)} is above your limit of {said(limit(user, currency), currency)}."
        f" {_names(who_may_approve(complaint, amount, currency, but=decision.decided_by))}"
    )


def in_words(complaint: Complaint, *, user: User) -> str:
    """Return what this person may give on this complaint, and who must approve more."""
    currency = complaint.currency
    mine = limit(user, currency)
    others = who_may_approve(complaint, mine + Decimal("0.01"), currency, but=user)
    above = f"More needs approval by {_either(others)}." if others else "Nobody who sees it may approve more."
    if not mine:
        above = f"Any amount needs approval by {_either(others)}." if others else "Nobody who sees it may approve any."
        return f"No limit in {currency} was given to you. {above}"
    return f"You may give up to {said(mine, currency)}. {above}"


def _either(people: list[User]) -> str:
    told = [
        f"{one.name} (up to {said(one.authority_amount or Decimal(0), one.authority_currency)})" for one in people[:3]
    ]
    return " or ".join(told)


def _names(people: list[User]) -> str:
    if not people:
        return "No lead who sees this complaint has a limit that high; ask an admin to give one."
    return f"It can be approved by {_either(people)}."
