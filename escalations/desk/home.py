"""What needs somebody now, per role: a few figures, each with the list it counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from complaints import policy as complaints
from complaints.models import Complaint, Draft, Entry, Kind
from complaints.queues import Filters
from escalations import queues
from escalations.desk import behind, handing, heat
from escalations.desk.pressing import Line, next_due
from escalations.desk.services import desk_of
from escalations.health import health
from users.models import Role, User

# Entries that the clocks write by themselves: behind them the customer's reply is still the last word.
BY_ITSELF = (
    Kind.CLOCK_STARTED, Kind.CLOCK_MOVED, Kind.CLOCK_SETTLED, Kind.CLOCK_MISSED, Kind.CLOCK_ENDED, Kind.ESCALATED,
    Kind.ESCALATION_RESOLVED,
)  # fmt: skip

# What one person can begin today; the queue has the rest.
NEXT = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, what it counts, and the list behind it. What is bad is said in red, and only when there is some."""

    count: int
    label: str
    url: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """One role's page: its figures, one sentence when the house itself is in trouble, and what is due first."""

    figures: list[Figure]
    trouble: str = ""
    next_due: list[Line] = field(default_factory=list)


def home(user: User, *, now: datetime) -> Home:
    """Return what needs this person now."""
    of = {Role.SPECIALIST: _specialist, Role.LEAD: _lead, Role.ADMIN: _admin, Role.AUDITOR: _auditor}
    return of[Role(user.role)](user, now)


def replied(user: User) -> QuerySet[Complaint]:
    """Return this person's complaints whose last word is the customer's."""
    last = (
        Entry.objects.filter(complaint=OuterRef("pk")).exclude(kind__in=BY_ITSELF).order_by("-seq").values("kind")[:1]
    )
    return _own(user).annotate(last_kind=Subquery(last)).filter(last_kind=Kind.CUSTOMER_REPLIED)


def drafts(user: User) -> QuerySet[Draft]:
    """Return what this person has begun to write and not sent, of complaints they see."""
    begun = Draft.objects.filter(user=user, complaint__in=complaints.visible(user)).exclude(text="")
    return begun.select_related("complaint").order_by("-saved_at")


def _own(user: User) -> QuerySet[Complaint]:
    return complaints.visible(user).filter(owner=user, has_ended=False)


def _queue(now: datetime, *, until: datetime | None = None, **filters: str) -> str:
    """Return the queue of what is due until a moment; of what is overdue when none is given."""
    due = f"{now:%Y-%m-%dT%H:%MZ}~{until.astimezone(UTC):%Y-%m-%dT%H:%MZ}" if until else f"~{now:%Y-%m-%dT%H:%MZ}"
    return f"{reverse('complaints:queue')}?{Filters(**filters, due=due).query()}"


def _behind(what: str) -> str:
    return f"{reverse('desk:behind')}?what={what}"


def _minute(user: User, now: datetime) -> tuple[datetime, datetime]:
    """Return this minute in UTC, and the end of the day on this person's clock."""
    here = now.astimezone(ZoneInfo(user.zone)) + timedelta(days=1)
    return now.astimezone(UTC).replace(second=0, microsecond=0), here.replace(hour=0, minute=0, second=0, microsecond=0)


def _specialist(user: User, now: datetime) -> Home:
    minute, tonight = _minute(user, now)
    own = _own(user).aggregate(
        overdue=Count("pk", filter=Q(next_due_at__lte=minute)),
        today=Count("pk", filter=Q(next_due_at__gt=minute, next_due_at__lte=tonight)),
        all=Count("pk"),
    )
    mine = reverse("desk:mine")
    return Home([
        Figure(own["overdue"], "overdue", _queue(minute, view="mine"), bad=True),
        Figure(own["today"], "due today", _queue(minute, until=tonight, view="mine")),
        Figure(replied(user).count(), "replies nobody answered", f"{mine}?what=replies"),
        Figure(drafts(user).count(), "drafts unfinished", f"{mine}?what=drafts"),
        Figure(handing.offered_to(user).count(), "handed to my team", f"{reverse('desk:hand_overs')}#to-me"),
        Figure(own["all"], "open in all", f"{reverse('complaints:queue')}?view=mine"),
    ], next_due=next_due(user, most=NEXT))  # fmt: skip


def _lead(user: User, now: datetime) -> Home:
    asks = reverse("escalations:queue")
    figures = queues.figures(user, queues.waiting(user))
    overloaded = 0
    if user.team:
        a_day = desk_of(user.team).a_day
        rows = heat.per_person(user, user.team, now=now, a_day=a_day).rows
        overloaded = len(behind.overloaded(rows))
    return Home([
        Figure(figures.missed, "missed", f"{asks}?reason=missed", bad=True),
        Figure(figures.at_risk, "at risk", f"{asks}?reason=at_risk"),
        Figure(figures.unassigned, "unassigned too long", f"{asks}?reason=unassigned"),
        Figure(figures.waiting, "waiting for my approval", _behind("reviews")),
        Figure(overloaded, "people with too much on a day", _behind("overloaded")),
        Figure(handing.offered_to(user).count(), "handed to my team", f"{reverse('desk:hand_overs')}#to-me"),
    ])  # fmt: skip


def _admin(user: User, now: datetime) -> Home:
    seen = health(now)
    law = behind.drafts().aggregate(mine=Count("pk", filter=Q(author=user)), others=Count("pk", filter=~Q(author=user)))
    ending = behind.ending(now).count()
    return Home([
        Figure(law["others"], "drafts of law wait for a second person", _behind("drafts")),
        Figure(law["mine"], "drafts of law of my own", _behind("own-drafts")),
        Figure(ending, "calendars end within six months", _behind("calendars")),
        Figure(seen.mail_failed, "mails given up", _behind("mail"), bad=True),
        Figure(seen.set_aside, "set aside by the sweep", _behind("set-aside"), bad=True),
    ], seen.trouble)  # fmt: skip


def _auditor(user: User, now: datetime) -> Home:
    minute, _ = _minute(user, now)
    overdue = complaints.visible(user).filter(has_ended=False, next_due_at__lte=minute).count()
    asking = queues.figures(user, [])
    return Home([
        Figure(overdue, "open and overdue", _queue(minute, view="all"), bad=True),
        Figure(asking.missed, "missed limits not yet explained", f"{reverse('escalations:queue')}?reason=missed"),
        Figure(behind.changes(now).count(), "changes of law in 30 days", _behind("changes")),
        Figure(behind.set_aside(user).count(), "set aside by the sweep", _behind("set-aside")),
        Figure(behind.failed_mail().count(), "mails given up", _behind("mail")),
    ])  # fmt: skip
