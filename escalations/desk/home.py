"""What needs somebody now, per role: a few figures, each with the list it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from complaints import policy as complaints
from complaints.models import Complaint, Draft, Entry, Kind
from complaints.queues import Filters
from correspondence.models import MailState, OutboundMail
from escalations import queues
from escalations.desk import handing, heat
from escalations.desk.services import desk_of
from escalations.health import health
from escalations.models import SetAside
from regulations.models import CalendarVersion, Change
from regulations.models import Draft as LawDraft
from users.models import Role, User

# A calendar that knows fewer days ahead than this will soon refuse to count.
HORIZON = timedelta(days=180)
LATELY = timedelta(days=30)
# Entries that the clocks write by themselves: behind them the customer's reply is still the last word.
BY_ITSELF = (
    Kind.CLOCK_STARTED, Kind.CLOCK_MOVED, Kind.CLOCK_SETTLED, Kind.CLOCK_MISSED, Kind.CLOCK_ENDED, Kind.ESCALATED,
    Kind.ESCALATION_RESOLVED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, what it counts, and the list behind it. What is bad is said in red, and only when there is some."""

    count: int
    label: str
    url: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """One role's page: its figures, and one sentence when the house itself is in trouble."""

    figures: list[Figure]
    trouble: str = ""


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
    return complaints.visible(user).filter(owner=user).filter(has_ended=False)


def _queue(now: datetime, *, until: datetime | None = None, **filters: str) -> str:
    """Return the queue of what is due until a moment; of what is overdue when none is given."""
    due = f"{now:%Y-%m-%dT%H:%MZ}~{until.astimezone(UTC):%Y-%m-%dT%H:%MZ}" if until else f"~{now:%Y-%m-%dT%H:%MZ}"
    return f"{reverse('complaints:queue')}?{Filters(**filters, due=due).query()}"


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
        Figure(handing.offered_to(user).count(), "handed to my team", reverse("desk:hand_overs")),
        Figure(own["all"], "open in all", f"{reverse('complaints:queue')}?view=mine"),
    ])  # fmt: skip


def _lead(user: User, now: datetime) -> Home:
    asks, desk = reverse("escalations:queue"), reverse("desk:board")
    figures = queues.figures(user, queues.waiting(user))
    overloaded = 0
    if user.team:
        a_day = desk_of(user.team).a_day
        rows = heat.per_person(user, user.team, now=now, a_day=a_day).rows
        overloaded = sum(any(cell.over for cell in row.cells) for row in rows)
    return Home([
        Figure(figures.missed, "missed", f"{asks}?reason=missed", bad=True),
        Figure(figures.at_risk, "at risk", f"{asks}?reason=at_risk"),
        Figure(figures.unassigned, "unassigned too long", f"{asks}?reason=unassigned"),
        Figure(figures.waiting, "waiting for my approval", f"{desk}#waiting"),
        Figure(overloaded, "people with too much on a day", f"{desk}#heat"),
        Figure(handing.offered_to(user).count(), "handed to my team", reverse("desk:hand_overs")),
    ])  # fmt: skip


def _admin(user: User, now: datetime) -> Home:
    seen = health(now)
    law = LawDraft.objects.filter(state="open").aggregate(
        mine=Count("pk", filter=Q(author=user)), others=Count("pk", filter=~Q(author=user))
    )
    newest = CalendarVersion.objects.values("key").annotate(until=Max("known_until"))
    ending = newest.filter(until__lte=(now + HORIZON).date()).count()
    return Home([
        Figure(law["others"], "drafts of law wait for a second person", reverse("studio:home")),
        Figure(law["mine"], "drafts of law of my own", reverse("studio:home")),
        Figure(ending, "calendars end within six months", reverse("rules:calendars")),
        Figure(seen.mail_failed, "mails given up", reverse("correspondence:outbox"), bad=True),
        Figure(seen.set_aside, "set aside by the sweep", reverse("escalations:health"), bad=True),
    ], seen.trouble)  # fmt: skip


def _auditor(user: User, now: datetime) -> Home:
    minute, _ = _minute(user, now)
    overdue = complaints.visible(user).filter(has_ended=False).filter(next_due_at__lte=minute).count()
    asking = queues.figures(user, [])
    return Home([
        Figure(overdue, "open and overdue", _queue(minute, view="all"), bad=True),
        Figure(asking.missed, "missed limits not yet explained", f"{reverse('escalations:queue')}?reason=missed"),
        Figure(Change.objects.filter(at__gte=now - LATELY).count(), "changes of law in 30 days", reverse("studio:home")),
        Figure(SetAside.objects.count(), "set aside by the sweep", reverse("escalations:health")),
        Figure(OutboundMail.objects.filter(state=MailState.FAILED).count(), "mails given up", reverse("escalations:health")),
    ])  # fmt: skip
