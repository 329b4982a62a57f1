"""The queue: which complaints a person sees, in the order the law sets, page by page without a ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Func, OuterRef, Prefetch, Q, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Left

from complaints import policy, search
from complaints.models import Clock, Complaint, Entry, Kind, Respondent, SavedView, State
from complaints.models.complaint import FINISHED
from regulations.models import ClockStatus
from users.models import User

PAGE = 50
# A count beyond this is said as "1,000+"; nobody decides anything by the exact number.
CAP = 1_001
VIEWS = {"mine": "Mine", "team": "My team", "unassigned": "Unassigned", "all": "All open"}
WORDS_SHOWN = 280


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for. Values nobody could have chosen are left out."""

    view: str = "all"
    state: str = ""
    respondent: str = ""
    owner: str = ""
    text: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        """Read the filters from the query of an address."""
        view, state, owner = asked.get("view", ""), asked.get("state", ""), asked.get("owner", "")
        return cls(
            view=view if view in VIEWS else "all",
            state=state if state in State.values or state == "finished" else "",
            respondent=asked.get("respondent", "")[:60],
            owner=owner if owner.isdecimal() and len(owner) < 10 else "",
            text=" ".join(asked.get("q", "").replace("\x00", "").split())[: search.LONGEST],
        )

    def query(self, **more: str) -> str:
        """Return the filters as the query of an address."""
        given = {"view": self.view, "state": self.state, "respondent": self.respondent, "owner": self.owner}
        return urlencode({key: value for key, value in (given | {"q": self.text} | more).items() if value})

    def without(self, name: str) -> str:
        """Return the query of the same list with one filter taken off."""
        return replace(self, **{name: ""}).query()


@dataclass(frozen=True, slots=True)
class Listing:
    """The complaints the filters leave, unordered; and what a search took its words for, or whether it was capped."""

    found: QuerySet[Complaint]
    meant: str = ""
    is_capped: bool = False


def queue(user: User, filters: Filters) -> QuerySet[Complaint]:
    """Return what this person sees of the queue, unordered."""
    return listing(user, filters).found


def listing(user: User, filters: Filters) -> Listing:
    """Return what this person sees of the queue. Words are looked for once, here, and become keys."""
    among = _among(user, filters)
    if not filters.text:
        return Listing(among)
    found = search.find(among, filters.text)
    return Listing(among.filter(pk__in=found.ids), found.meant, found.is_capped)


def _among(user: User, filters: Filters) -> QuerySet[Complaint]:
    found = policy.visible(user)
    if filters.state == "finished":
        found = found.filter(state__in=FINISHED)
    elif filters.state:
        found = found.filter(state=filters.state)
    else:
        # Written like the index's condition, so that the index is used.
        found = found.exclude(state__in=FINISHED)
    found = found.filter(_seen_in(filters.view, user))
    if filters.respondent:
        found = found.filter(respondent__key=filters.respondent)
    if filters.owner:
        found = found.filter(owner=int(filters.owner))
    return found


def _seen_in(view: str, user: User) -> Q:
    if view == "mine":
        return Q(owner=user)
    if view == "team":
        return Q(team=user.team_id) if user.team_id else Q(pk__in=[])
    return Q(owner__isnull=True) if view == "unassigned" else Q()


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list: after (or before) this complaint. Without a moment it lies among those without a limit."""

    at: datetime | None
    pk: int
    backwards: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Cursor | None:
        """Read the place from the query of an address; None for the top of the list, or nonsense."""
        backwards = "before" in asked
        moment, _, pk = asked.get("before" if backwards else "after", "").partition("~")
        if not pk.isdecimal() or len(pk) > 18:
            return None
        try:
            at = datetime.fromisoformat(moment) if moment else None
        except ValueError:
            return None
        return None if at is not None and at.tzinfo is None else cls(at, int(pk), backwards)

    @staticmethod
    def at_row(complaint: Complaint) -> str:
        """Return the place of a row, for an address."""
        return f"{complaint.next_due_at.isoformat() if complaint.next_due_at else ''}~{complaint.pk}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of the list, and whether there are more on either side."""

    rows: list[Complaint]
    before: str = ""
    after: str = ""


def page(found: QuerySet[Complaint], cursor: Cursor | None, *, size: int = PAGE) -> Page:
    """Return one page by legal instant, without a limit last. Two statements, however deep and however long.

    The rows carry their open clocks as `clocks`, and the customer's last words as `last_words`.
    """
    back = cursor is not None and cursor.backwards
    picked = dated(found, cursor, size).union(undated(found, cursor, size), all=True)
    rows: list[Complaint] = list(
        Complaint.objects.filter(pk__in=picked)
        .select_related("respondent", "complainant", "owner", "category")
        .annotate(last_words=_last_words())
        .prefetch_related(Prefetch("clocks", _open_clocks()))
        .order_by(*_order(back))[: size + 1]
    )
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Page([])
    first, last = Cursor.at_row(rows[0]), Cursor.at_row(rows[-1])
    return Page(rows, before=first if (more if back else cursor) else "", after=last if (back or more) else "")


def _order(back: bool) -> tuple[OrderBy, str]:
    if back:
        return F("next_due_at").desc(nulls_first=True), "-pk"
    return F("next_due_at").asc(nulls_last=True), "pk"


def dated(found: QuerySet[Complaint], cursor: Cursor | None, size: int) -> QuerySet[Complaint, Any]:
    """Those with a limit. The first bound is a range on the index; the second settles rows of the same moment."""
    rows = found.filter(next_due_at__isnull=False)
    if cursor is None:
        return rows.order_by("next_due_at", "pk").values("pk")[: size + 1]
    if cursor.backwards:
        if cursor.at is not None:
            rows = rows.filter(next_due_at__lte=cursor.at).filter(Q(next_due_at__lt=cursor.at) | Q(pk__lt=cursor.pk))
        return rows.order_by("-next_due_at", "-pk").values("pk")[: size + 1]
    if cursor.at is None:
        return rows.filter(pk__in=[]).order_by("next_due_at", "pk").values("pk")[: size + 1]
    rows = rows.filter(next_due_at__gte=cursor.at).filter(Q(next_due_at__gt=cursor.at) | Q(pk__gt=cursor.pk))
    return rows.order_by("next_due_at", "pk").values("pk")[: size + 1]


def undated(found: QuerySet[Complaint], cursor: Cursor | None, size: int) -> QuerySet[Complaint, Any]:
    """Those no limit runs for; they stand behind all others. Ordered like the index, which by the key alone is not used."""
    rows = found.filter(next_due_at__isnull=True)
    if cursor is None or (cursor.at is not None and not cursor.backwards):
        return rows.order_by("next_due_at", "pk").values("pk")[: size + 1]
    if cursor.backwards:
        rows = rows.filter(pk__lt=cursor.pk) if cursor.at is None else rows.filter(pk__in=[])
        return rows.order_by("-next_due_at", "-pk").values("pk")[: size + 1]
    return rows.filter(pk__gt=cursor.pk).order_by("next_due_at", "pk").values("pk")[: size + 1]


def _open_clocks() -> QuerySet[Clock]:
    still_open = Q(status=ClockStatus.RUNNING) | Q(status=ClockStatus.MISSED, settled_at__isnull=True)
    return Clock.objects.filter(still_open, kind="D", ends_at__isnull=False).order_by("ends_at", "id")


def _last_words() -> Left:
    """The customer's last words: their newest reply, else nothing (the page falls back to the narrative)."""
    replies = Entry.objects.filter(complaint=OuterRef("pk"), kind=Kind.CUSTOMER_REPLIED).order_by("-seq")
    text = Func(F("data"), Value("text"), function="jsonb_extract_path_text", output_field=TextField())
    return Left(Subquery(replies.values(said=text)[:1]), WORDS_SHOWN)


@dataclass(frozen=True, slots=True)
class Day:
    """A heading of the queue: its name and the moments it spans. No end means all that follows."""

    key: str
    title: str
    start: datetime | None
    end: datetime | None


def days(now: datetime, zone: str) -> list[Day]:
    """Return the headings: overdue, today and the six days after it where the reader is, then later."""
    here = now.astimezone(ZoneInfo(zone))
    midnights = [datetime.combine(here.date() + timedelta(days=ahead), time(), ZoneInfo(zone)) for ahead in range(1, 8)]
    starts = [now, *midnights[:-1]]
    headings = [Day("overdue", "Overdue", None, now)]
    for ahead, (start, end) in enumerate(zip(starts, midnights, strict=True)):
        name = f"{here.date() + timedelta(days=ahead):%A %-d %B}"
        title = {0: f"Today, {name}", 1: f"Tomorrow, {name}"}.get(ahead, name)
        headings.append(Day(f"day{ahead}", title, start, end))
    return [*headings, Day("later", "Later", midnights[-1], None), Day("none", "No legal limit runs", None, None)]


def within(found: QuerySet[Complaint], day: Day) -> QuerySet[Complaint]:
    """Return those whose limit lies in this heading. A limit that ends at midnight belongs to the day it ends."""
    if day.key == "none":
        return found.filter(next_due_at__isnull=True)
    if day.key == "overdue":
        return found.filter(next_due_at__lte=day.end)
    found = found.filter(next_due_at__gt=day.start)
    return found.filter(next_due_at__lte=day.end) if day.end else found


def day_of(moment: datetime | None, headings: list[Day]) -> Day:
    """Return the heading a limit stands under."""
    if moment is None:
        return headings[-1]
    dated = (day for day in headings[:-1] if day.end is None or moment <= day.end)
    return next(dated)


@dataclass(frozen=True, slots=True)
class Overview:
    """What stands around the list: how many are in each view and under each heading, and what can be chosen."""

    counts: dict[str, int]
    respondents: dict[str, str]
    owners: dict[str, str]
    views: list[dict[str, Any]]


def overview(user: User, shown: QuerySet[Complaint], headings: list[Day]) -> Overview:
    """Return the counts, each up to the cap, and the choices of the filter form, in one statement."""
    counted = {view: queue(user, Filters(view=view)) for view in VIEWS}
    counted |= {day.key: within(shown, day) for day in headings}
    entities = Respondent.objects.order_by("name").values("name", value=F("key"))
    people = User.objects.filter(is_active=True, role__in=policy.ACTIONS["assign"]).order_by("name")
    parts = [scalar("count(*)", "0", found.order_by().values("pk")[:CAP]) for found in counted.values()]
    parts += [
        scalar("json_agg(part)", "'[]'", entities),
        scalar("json_agg(part)", "'[]'", people.values("name", value=F("id"))),
        scalar("json_agg(part)", "'[]'", saved_views(user).values("id", "name", "query", "owner_id", "team_id")),
    ]
    with connection.cursor() as cursor:
        sql = ", ".join(text for text, _ in parts)
        cursor.execute(f"SELECT {sql}", [value for _, values in parts for value in values])
        *numbers, respondents, owners, views = cursor.fetchone()
    return Overview(
        counts=dict(zip(counted, numbers, strict=True)),
        respondents={row["value"]: row["name"] for row in respondents},
        owners={str(row["value"]): row["name"] for row in owners},
        views=views,
    )


def saved_views(user: User) -> QuerySet[SavedView]:
    """Return the views this person has: their own, and those their team shares."""
    shared = Q(team=user.team_id) if user.team_id else Q(pk__in=[])
    return SavedView.objects.filter(Q(owner=user) | shared).order_by("name")


def scalar(what: str, otherwise: str, found: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    """Return one value over a query's rows as SQL and its parameters, which hold all that people typed."""
    try:
        sql, values = found.query.sql_with_params()
    except EmptyResultSet:
        return otherwise, ()
    return f"(SELECT coalesce({what}, {otherwise}) FROM ({sql}) AS part)", values  # noqa: S608
