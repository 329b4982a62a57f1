"""What of the queue a person asked for: a view, filters, words, and an order; all of it in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Subquery

from complaints import policy, search
from complaints.models import Complaint, Respondent, State, Tagging
from complaints.models.complaint import FINISHED
from complaints.models.tags import LONGEST as LONGEST_TAG
from complaints.queues.paging import LAW, ORDERS, Order
from users.models import User

VIEWS = {"mine": "Mine", "team": "My team", "unassigned": "Unassigned", "all": "All open"}
# One queryset for each way somebody sees complaints; what is seen in several ways is in several of them.
Ranges = Sequence[QuerySet[Complaint]]
# No limit of a complaint lies outside; the ends of the calendar could not be told on another clock.
YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for. Values nobody could have chosen are left out."""

    view: str = "all"
    state: str = ""
    respondent: str = ""
    owner: str = ""
    text: str = ""
    team: str = ""
    due: str = ""
    sort: str = ""
    tag: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        """Read the filters from the query of an address."""
        view, state, owner = asked.get("view", ""), asked.get("state", ""), asked.get("owner", "")
        sort = asked.get("sort", "")
        return cls(
            view=view if view in VIEWS else "all",
            state=state if state in State.values or state == "finished" else "",
            respondent=asked.get("respondent", "").replace("\x00", "")[:60],
            owner=owner if owner.isdecimal() and len(owner) < 10 else "",
            team=team if (team := asked.get("team", "")).isdecimal() and len(team) < 10 else "",
            due=due if any(span(due := asked.get("due", ""))) else "",
            text=" ".join(asked.get("q", "").replace("\x00", "").split())[: search.LONGEST],
            sort=sort if sort in ORDERS and sort != LAW else "",
            tag=" ".join(asked.get("tag", "").replace("\x00", "").split()).lower()[:LONGEST_TAG],
        )

    def query(self, **more: str) -> str:
        """Return the filters as the query of an address."""
        given = {
            "view": self.view, "state": self.state, "respondent": self.respondent, "owner": self.owner,
            "q": self.text, "sort": self.sort, "team": self.team, "due": self.due, "tag": self.tag,
        }  # fmt: skip
        return urlencode({key: value for key, value in (given | more).items() if value})

    def without(self, name: str) -> str:
        """Return the query of the same list with one filter taken off."""
        return replace(self, **{name: ""}).query()

    def sorted_by(self, name: str) -> str:
        """Return the query of the same list in another order."""
        return replace(self, sort="" if name == LAW else name).query()

    @property
    def order(self) -> Order:
        return ORDERS[self.sort or LAW]


@dataclass(frozen=True, slots=True)
class Listing:
    """The complaints the filters leave, in ranges; and what a search took its words for, or whether it was capped."""

    found: Ranges
    meant: str = ""
    is_capped: bool = False


def queue(user: User, filters: Filters) -> QuerySet[Complaint]:
    """Return what this person sees of the queue in one condition, unordered; pages and counts read the ranges."""
    return _with_words(_filtered(policy.visible(user).filter(*_narrowed(user, filters)), filters), filters)[0]


def lately(user: User, filters: Filters) -> QuerySet[Complaint]:
    """Return the same for a question about the newest complaints alone; words are looked for as they are written."""
    among = _filtered(policy.visible(user).filter(*_narrowed(user, filters)), filters)
    return search.written(among, filters.text) if filters.text else among


def ranges(user: User, filters: Filters) -> Ranges:
    """Return what this person sees of the queue in ranges."""
    return listing(user, filters).found


def listing(user: User, filters: Filters) -> Listing:
    """Return what this person sees of the queue. Words are looked for once, here, and become keys."""
    if filters.text:
        among, found = _with_words(_filtered(policy.visible(user).filter(*_narrowed(user, filters)), filters), filters)
        return Listing([among], found.meant, found.is_capped)
    narrowed, ways = _narrowed(user, filters), policy.ways(user)
    # What asks for one way of seeing alone is all of it: "mine" needs no look at the team.
    ways = next(((one,) for one in narrowed if one in ways), ways)
    return Listing([_filtered(Complaint.objects.filter(way, *narrowed), filters) for way in ways])


def _with_words(among: QuerySet[Complaint], filters: Filters) -> tuple[QuerySet[Complaint], search.Found]:
    if not filters.text:
        return among, search.Found([])
    found = search.find(among, filters.text)
    return among.filter(pk__in=found.ids), found


def _narrowed(user: User, filters: Filters) -> list[Q]:
    """Return the conditions on whose complaints are asked for, said as the policy says them."""
    asked = [_seen_in(filters.view, user)]
    if filters.owner:
        asked.append(Q(owner=int(filters.owner)))
    if filters.team:
        asked.append(Q(team=int(filters.team)))
    return [one for one in asked if one]


def _filtered(found: QuerySet[Complaint], filters: Filters) -> QuerySet[Complaint]:
    if filters.state == "finished":
        found = found.filter(has_ended=True)
    elif filters.state:
        # That it has ended or not follows from the state; said, it opens the indexes of what has.
        found = found.filter(state=filters.state, has_ended=filters.state in FINISHED)
    else:
        found = found.filter(has_ended=False)
    if filters.respondent:
        found = found.filter(
            # One value and not a join, so that a range of the entity's index gives the order.
            respondent=Subquery(Respondent.objects.filter(key=filters.respondent).values("pk"))
        )
    if filters.tag:
        found = found.filter(pk__in=_tagged(filters))
    return due_within(found, filters.due)


def _tagged(filters: Filters) -> QuerySet[Tagging, Any]:
    """Return the keys of what has the tag. Of a tag on years of history only what is open is read for an open list."""
    is_open = filters.state != "finished" and filters.state not in FINISHED
    return Tagging.objects.filter(tag=filters.tag, is_open=is_open).values("complaint")


def span(due: str) -> tuple[datetime | None, datetime | None]:
    """Read "moment~moment" of an address, either side perhaps left out; nothing of what is none."""
    moments: list[datetime | None] = []
    for text in due.split("~") if due.count("~") == 1 and len(due) < 60 else []:
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError:
            return None, None
        if moment is not None and (moment.tzinfo is None or moment.year not in YEARS):
            return None, None
        moments.append(moment)
    return (moments[0], moments[1]) if moments else (None, None)


def due_within(found: QuerySet[Complaint], due: str) -> QuerySet[Complaint]:
    """Return those whose next limit lies after the first moment and not after the second."""
    after, until = span(due)
    if after:
        found = found.filter(next_due_at__gt=after)
    return found.filter(next_due_at__lte=until) if until else found


def _seen_in(view: str, user: User) -> Q:
    if view == "mine":
        return Q(owner=user.pk)
    if view == "team":
        return Q(team=user.team_id) if user.team_id else Q(pk__in=[])
    return Q(owner__isnull=True) if view == "unassigned" else Q()


def said_span(due: str, zone: str) -> str:
    """Return the span in words, on the reader's clock."""
    after, until = (moment and f"{moment.astimezone(ZoneInfo(zone)):%a %-d %b, %H:%M}" for moment in span(due))
    return (
        f"{after} to {until}" if after and until else f"until {until}" if until else f"after {after}" if after else ""
    )
