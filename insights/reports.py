"""What the complaints add up to: four questions, one statement each, and the cases behind every answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from complaints import policy
from complaints.models import Clock, Complaint, Decision, Outcome, RootCause
from complaints.models.clocks import OPTIONS
from regulations.models import ClockStatus
from users.models import User

MONTHS = 24
PRODUCTS = 12
PAGE = 50


@dataclass(frozen=True, slots=True)
class Tally:
    """How many complaints share something, and the filter that finds them."""

    label: str
    count: int
    found_by: str


@dataclass(frozen=True, slots=True)
class Month:
    """The legal limits that ended in one month, kept and missed."""

    start: date
    met: int
    missed: int

    @property
    def all(self) -> int:
        return self.met + self.missed


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, counted by outcome and by root cause."""

    outcomes: list[Tally]
    causes: list[Tally]


def by_product(user: User) -> list[Tally]:
    """Return the products complained about most, most first; what is rarer is one line without a filter."""
    rows = (
        policy.visible(user).order_by().values_list("category__product").annotate(found=Count("pk"))
        .order_by("-found", "category__product")
    )  # fmt: skip
    counted = list(rows)
    shown = [Tally(product, found, urlencode({"product": product})) for product, found in counted[:PRODUCTS]]
    rest = sum(found for _, found in counted[PRODUCTS:])
    return [*shown, Tally(f"{len(counted) - PRODUCTS} other products", rest, "")] if rest else shown


def decided(user: User) -> Decided:
    """Return the newest decisions of all complaints by outcome and by root cause, in one statement."""
    rows = _newest(user).values_list("outcome", "root_cause").annotate(found=Count("pk")).order_by()
    outcomes = dict.fromkeys(Outcome.values, 0)
    causes = dict.fromkeys(RootCause.values, 0)
    for outcome, cause, found in rows:
        outcomes[outcome] += found
        causes[cause] += found
    return Decided(
        [Tally(str(one.label), outcomes[one], urlencode({"outcome": one})) for one in Outcome],
        sorted(
            (Tally(str(one.label), causes[one], urlencode({"cause": one})) for one in RootCause),
            key=lambda counted: -counted.count,
        ),
    )


def _newest(user: User) -> QuerySet[Decision]:
    """Return the decision that counts of each complaint this person may see."""
    newest = (
        Decision.objects.filter(complaint__in=policy.visible(user))
        .order_by("complaint", "-decided_at", "-id")
        .distinct("complaint")
    )
    return Decision.objects.filter(pk__in=newest.values("pk"))


def timeliness(user: User, *, now: datetime) -> list[Month]:
    """Return the last two years, month by month, by the date the limit ended (where the reader is, for the last)."""
    months = _months(now.astimezone(ZoneInfo(user.zone)).date())
    rows = (
        _limits(user)
        .filter(due_on__gte=months[0])
        .annotate(month=TruncMonth("due_on"))
        .values_list("month", "status")
        .annotate(found=Count("pk"))
        .order_by()
    )
    counted = {(month, status): found for month, status, found in rows}
    return [
        Month(month, counted.get((month, ClockStatus.MET), 0), counted.get((month, ClockStatus.MISSED), 0))
        for month in months
    ]


def _limits(user: User) -> QuerySet[Clock]:
    """Return the duties with a date that were kept or missed."""
    return Clock.objects.filter(
        complaint__in=policy.visible(user), kind="D", status__in=[ClockStatus.MET, ClockStatus.MISSED]
    ).exclude(obligation__in=OPTIONS)


def _months(today: date) -> list[date]:
    last = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cases an address asks for. Values nobody could have chosen are left out."""

    product: str = ""
    outcome: str = ""
    cause: str = ""
    month: str = ""
    kept: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """Read it from the query of an address."""
        month = query.get("month", "")
        return cls(
            product=query.get("product", "").replace("\x00", "")[:120],
            outcome=query["outcome"] if query.get("outcome") in Outcome.values else "",
            cause=query["cause"] if query.get("cause") in RootCause.values else "",
            month=month if _month(month) else "",
            kept=query["kept"] if query.get("kept") in {ClockStatus.MET, ClockStatus.MISSED} else "",
        )

    @property
    def query(self) -> str:
        """Return it as the query of an address."""
        return urlencode({one.name: value for one in fields(self) if (value := getattr(self, one.name))})

    @property
    def words(self) -> str:
        """Return what is asked for, for the heading."""
        month, said = _month(self.month), []
        if self.product:
            said.append(self.product)
        if self.outcome:
            said.append(Outcome(self.outcome).label)
        if self.cause:
            said.append(RootCause(self.cause).label)
        if month or self.kept:
            kept = {"met": "limits kept", "missed": "limits missed"}.get(self.kept, "limits that ended")
            said.append(f"{kept} in {month:%B %Y}" if month else kept)
        return ", ".join(said) or "All complaints"


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None


def cases(user: User, asked: Asked, *, before: int = 0) -> list[Complaint]:
    """Return one page of the cases behind a mark and one more, newest first; `before` is the last number seen."""
    found = policy.visible(user)
    if asked.product:
        found = found.filter(category__product=asked.product)
    if asked.outcome or asked.cause:
        decisions = _newest(user)
        if asked.outcome:
            decisions = decisions.filter(outcome=asked.outcome)
        if asked.cause:
            decisions = decisions.filter(root_cause=asked.cause)
        found = found.filter(pk__in=decisions.values("complaint"))
    if asked.month or asked.kept:
        limits = _limits(user)
        if month := _month(asked.month):
            limits = limits.filter(due_on__year=month.year, due_on__month=month.month)
        if asked.kept:
            limits = limits.filter(status=asked.kept)
        found = found.filter(pk__in=limits.values("complaint"))
    if before:
        found = found.filter(pk__lt=before)
    return list(found.select_related("respondent", "category").order_by("-pk")[: PAGE + 1])
