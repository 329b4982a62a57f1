"""Rows for the sweep: complaints with one clock each, as the services would have left them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from complaints.models import Category, Channel, Clock, Complainant, Complaint, Respondent
from users.models import Team, User

DAY = timedelta(days=1)


def complaints_with_a_clock(
    ends: Sequence[datetime], *, owner: User | None, team: Team | None, warned: bool = True
) -> list[Clock]:
    """Return one running final-response clock per moment, each on a complaint of its own."""
    respondent, _ = Respondent.objects.get_or_create(
        key="uk", defaults={"name": "Larkspur Payments Ltd", "jurisdiction": "GB", "zone": "Europe/London"}
    )
    category, _ = Category.objects.get_or_create(product="Payouts", issue="Held or delayed")
    complainant = Complainant.objects.create(name="Ana Brennan")
    start = Complaint.objects.count()
    complaints = Complaint.objects.bulk_create(
        Complaint(
            reference=f"C-25-{number:06}", subject="Payout held", channel=Channel.EMAIL, respondent=respondent,
            complainant=complainant, category=category, owner=owner, team=team, received_at=moment - 15 * DAY,
            registered_at=moment - 15 * DAY, state_since=moment - 15 * DAY, last_event_at=moment - 15 * DAY,
            next_due_at=moment, next_check_at=moment if warned else moment - DAY,
        )
        for number, moment in enumerate(ends, start + 1)
    )  # fmt: skip
    return Clock.objects.bulk_create(
        Clock(
            complaint=complaint, rule="uk-disp-payments", rule_version=1, obligation="final_response", kind="D",
            title="Final response", citation="DISP 1.6.2AR", enforced=True, trigger_on=(moment - 15 * DAY).date(),
            due_on=(moment - timedelta(seconds=1)).date(), ends_at=moment, at_risk_at=moment - DAY,
            warned_at=moment - DAY if warned else None, check_at=moment if warned else moment - DAY,
        )
        for complaint, moment in zip(complaints, ends, strict=True)
    )  # fmt: skip


def a_clock(ends_at: datetime, *, owner: User | None = None, team: Team | None = None, warned: bool = False) -> Clock:
    """Return one clock that ends then and is warned of a day before."""
    return complaints_with_a_clock([ends_at], owner=owner, team=team, warned=warned)[0]
