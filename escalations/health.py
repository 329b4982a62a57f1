"""How far behind the house is: what is due and not looked at, what waits to be sent, and whether the canary fell."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q

from complaints.chips import span
from complaints.models import Complaint
from correspondence.models import MailState, OutboundMail
from escalations.models import Canary, Pulse, SetAside
from users import clock

# A sweep comes four times a second; what waits longer than this means that none comes.
PATIENCE = timedelta(minutes=2)
# What waits longer than this is said on the page; a burst is behind for a while, and that is no trouble yet.
SOON = timedelta(seconds=10)
# Everything that runs by itself goes by the database's clock; what people do is dated by the machine they reach.
TOLERATED_SKEW = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Health:
    """The figures of the page and of /metrics. Ages are in seconds; None: there is nothing to be old."""

    due: int
    due_age: float | None
    sweep_age: float | None
    mail_waiting: int
    mail_age: float | None
    mail_failed: int
    set_aside: int
    canary_late: bool
    skew: float

    @property
    def waits(self) -> timedelta:
        """How long the oldest of what is due has waited."""
        return timedelta(seconds=max(self.due_age or 0, 0))

    @property
    def trouble(self) -> str:
        """One sentence for an admin when limits may pass unseen; empty while all is well."""
        behind = max(self.due_age or 0, 0)
        if behind > PATIENCE.total_seconds():
            return (
                f"{self.due} complaints are due and nobody has looked at them, the first for "
                f"{span(timedelta(seconds=behind), units=2)}. See that a worker, a beat and the broker run."
            )
        if self.canary_late:
            return "The hour's test limit passed and no sweep noticed. See that a worker and a beat run."
        if abs(self.skew) > TOLERATED_SKEW:
            return (
                f"The clock of {socket.gethostname()} is {abs(self.skew):,.0f} s {'ahead of' if self.skew > 0 else 'behind'} the "
                "database's. No limit passes early or late for it, but what people do there is dated wrongly. Set it right."
            )
        return ""

    @property
    def behind(self) -> str:
        """One sentence for who reads the page while what is due waits longer than it should; else empty."""
        waits = max(self.due_age or 0, 0)
        if waits <= SOON.total_seconds():
            return ""
        sweep = (
            "No sweep has run yet." if self.sweep_age is None else f"The last sweep ended {self.sweep_age:,.0f} s ago."
        )
        return (
            f"{self.due:,} {'complaints are' if self.due > 1 else 'complaint is'} due and not yet looked at, "
            f"the first since {waits:,.0f} s. {sweep} "
            "Nothing is lost by it: each gets its outcome, dated by when it was due."
        )


def health(now: datetime) -> Health:
    """Return how the house is at this moment, in six questions."""
    due = Complaint.objects.filter(next_check_at__lte=now).aggregate(number=Count("pk"), oldest=Min("next_check_at"))
    waits = Q(state=MailState.QUEUED, next_attempt_at__lte=now)
    mail = OutboundMail.objects.filter(Q(state=MailState.QUEUED) | Q(state=MailState.FAILED)).aggregate(
        waiting=Count("pk", filter=Q(state=MailState.QUEUED)),
        oldest=Min("next_attempt_at", filter=waits),
        failed=Count("pk", filter=Q(state=MailState.FAILED)),
    )
    # Before the first canary there is none to miss; later there is always one that is still to come.
    canary = Canary.objects.aggregate(
        unseen=Count("pk", filter=Q(outcome_at=None, due_at__lte=now - PATIENCE)), newest=Max("due_at")
    )
    return Health(
        due=due["number"],
        due_age=_age(due["oldest"], now),
        sweep_age=_age(Pulse.objects.filter(name="sweep").values_list("at", flat=True).first(), now),
        mail_waiting=mail["waiting"],
        mail_age=_age(mail["oldest"], now),
        mail_failed=mail["failed"],
        set_aside=SetAside.objects.count(),
        canary_late=bool(canary["unseen"]) or (canary["newest"] is not None and canary["newest"] < now - PATIENCE),
        skew=clock.skew(),
    )


def metrics(seen: Health) -> Iterator[str]:
    """Yield the figures as lines Prometheus reads (text format 0.0.4); what has no age is left out."""
    told: tuple[tuple[str, str, float | None], ...] = (
        ("redress_due", "Complaints that are due and not yet looked at.", seen.due),
        ("redress_due_oldest_seconds", "Since when the oldest of them is due.", seen.due_age or 0),
        ("redress_sweep_age_seconds", "Since when no sweep has run to its end.", seen.sweep_age),
        ("redress_mail_waiting", "Mails that wait in the outbox.", seen.mail_waiting),
        ("redress_mail_oldest_seconds", "Since when the oldest mail could go out.", seen.mail_age or 0),
        ("redress_mail_failed", "Mails that were given up.", seen.mail_failed),
        ("redress_set_aside", "Complaints the sweep could not settle.", seen.set_aside),
        ("redress_canary_late", "1 when the hourly test limit passed unseen.", float(seen.canary_late)),
        ("redress_clock_skew_seconds", "How far this machine's clock is ahead of the database's.", seen.skew),
    )
    for name, words, value in told:
        if value is not None:
            yield f"# HELP {name} {words}"
            yield f"# TYPE {name} gauge"
            yield f"{name} {value:g}"


def _age(moment: datetime | None, now: datetime) -> float | None:
    return (now - moment).total_seconds() if moment else None
