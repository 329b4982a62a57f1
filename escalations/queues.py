"""The lead's reads: what asks for a decision, what waits for approval, and who carries how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from complaints import policy as complaints
from complaints.models import Review
from complaints.models.complaint import UNANSWERED
from escalations import policy
from escalations.models import Escalation, EscalationState, Reason
from regulations.models import ClockStatus
from users.models import User

PAGE = 50
WAITS = Review.objects.filter(complaint=OuterRef("complaint"), verdict=Review.Verdict.WAITING)
# What still asks for something. A missed limit stays until a lead has said what was done about it, even when
# the answer went out late; a warning and an unowned case leave by themselves when their cause is gone.
ASKS = (
    Q(reason__in=[Reason.MISSED, Reason.MANUAL, Reason.UNDELIVERED, Reason.SET_ASIDE])
    | (Q(reason=Reason.REVIEW) & Exists(WAITS))
    | Q(reason=Reason.AT_RISK, clock__status=ClockStatus.RUNNING, clock__ends_at=F("due_at"))
    | Q(reason=Reason.UNASSIGNED, complaint__owner=None, complaint__state__in=UNANSWERED)
)


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers on top of the lead's page."""

    at_risk: int
    missed: int
    unassigned: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some escalations, and behind which of them the next page begins (0: there is none)."""

    rows: list[Escalation]
    after: int


@dataclass(frozen=True, slots=True)
class Load:
    """What one person carries: open cases, those overdue, those due by the end of today."""

    name: str
    open: int
    overdue: int
    today: int


def asking(user: User) -> QuerySet[Escalation]:
    """Return the escalations that still ask this person's side for a decision."""
    return policy.visible(user).exclude(state=EscalationState.RESOLVED).filter(ASKS)


def page(user: User, *, reason: str = "", mine: bool = False, after: int = 0) -> Page:
    """Return one page of what asks for a decision, severest and oldest first."""
    rows = asking(user).select_related(*policy.SHOWN).prefetch_related("watchers")
    if reason:
        rows = rows.filter(reason=reason)
    if mine:
        rows = rows.filter(assigned_to=user)
    last = policy.visible(user).filter(pk=after).first() if after else None
    if last:
        rows = rows.filter(_behind(last))
    found = list(rows.order_by("-severity", "occurred_at", "pk")[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0)


def waiting(user: User) -> list[Review]:
    """Return the letters that wait for a second pair of eyes, oldest first."""
    rows = policy.reviews(user).filter(verdict=Review.Verdict.WAITING)
    return list(rows.select_related("complaint", "letter", "asked_by").order_by("asked_at", "pk"))


def figures(user: User, reviews: Sequence[Review]) -> Figures:
    """Return how many escalations ask for a decision, and how many reviews wait for this very person."""
    counted = asking(user).aggregate(
        at_risk=Count("pk", filter=Q(reason=Reason.AT_RISK)),
        missed=Count("pk", filter=Q(reason=Reason.MISSED)),
        unassigned=Count("pk", filter=Q(reason=Reason.UNASSIGNED)),
    )
    return Figures(**counted, waiting=sum(review.asked_by_id != user.pk for review in reviews))


def load(user: User, *, now: datetime) -> list[Load]:
    """Return what each person carries of the open cases this person sees; the unowned come last, under no name."""
    local = now.astimezone(ZoneInfo(user.zone))
    tonight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    rows = (
        complaints.visible(user)
        .filter(state__in=UNANSWERED)
        .values("owner", "owner__name")
        .annotate(
            open=Count("pk"),
            overdue=Count("pk", filter=Q(next_due_at__lte=now)),
            today=Count("pk", filter=Q(next_due_at__gt=now, next_due_at__lte=tonight)),
        )
        .order_by(F("owner__name").asc(nulls_last=True), "owner")
    )
    return [Load(row["owner__name"] or "", row["open"], row["overdue"], row["today"]) for row in rows]


def deciders(user: User) -> QuerySet[User]:
    """Return who may be given an escalation that this person sees."""
    return near(user).filter(role__in=policy.DECIDERS)


def handlers(user: User) -> QuerySet[User]:
    """Return who may be given a complaint that this person sees."""
    return near(user).filter(role__in=complaints.HANDLERS)


def unread(user: User) -> int:
    """Return how many notices this person has not read."""
    return policy.notices(user).filter(read_at=None).count()


def near(user: User) -> QuerySet[User]:
    """Return the active people of this person's team and the admins; for an admin, everybody."""
    people = User.objects.filter(is_active=True).order_by("name")
    return people if user.is_admin else people.filter(Q(team=user.team_id) | Q(role="admin"))


def _behind(last: Escalation) -> Q:
    """Return what stands behind this one in the order of the list."""
    return (
        Q(severity__lt=last.severity)
        | Q(severity=last.severity, occurred_at__gt=last.occurred_at)
        | Q(severity=last.severity, occurred_at=last.occurred_at, pk__gt=last.pk)
    )
