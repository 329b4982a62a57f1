"""How many complaints are where, each count up to a cap, and what the filter form offers: one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from complaints import policy
from complaints.models import Complaint, Macro, Respondent, SavedView, Tag
from complaints.queues.arrivals import NOTHING_SEEN, Seen, saved
from complaints.queues.filters import VIEWS, Filters, Ranges, lately, queue, ranges
from complaints.queues.paging import joined
from users.models import Team, User

# A count beyond this is said as "1,000+"; nobody decides anything by the exact number.
CAP = 1_001
# So many saved views stand in the side column, own and shared.
MOST_VIEWS = 60


@dataclass(frozen=True, slots=True)
class Overview:
    """What stands around the list: how many are in each view and under each heading, and what can be chosen."""

    counts: dict[str, int]
    respondents: dict[str, str]
    owners: dict[str, str]
    teams: dict[str, str]
    macros: dict[str, str]
    tags: list[str]
    views: list[dict[str, Any]]
    arrived: dict[str, int]
    newest: int


def overview(user: User, shown: Mapping[str, Ranges], seen: Seen = NOTHING_SEEN) -> Overview:
    """Return how many are in each view and in each of the lists given, and the choices of the filter form."""
    counted = {view: ranges(user, Filters(view=view)) for view in VIEWS} | dict(shown)
    parts = [capped([one.order_by().values("pk") for one in found]) for found in counted.values()]
    parts += [scalar("count(*)", "0", seen.arrived(view, queue(user, Filters(view=view)))) for view in VIEWS]
    parts.append(("(SELECT coalesce(max(id), 0) FROM complaints_complaint)", ()))
    *numbers, newest, respondents, owners, teams, macros, tags, views = in_one(parts + _choices(user))
    return Overview(
        counts=dict(zip(counted, numbers[: len(counted)], strict=True)),
        arrived=dict(zip(VIEWS, numbers[len(counted) :], strict=True)),
        newest=newest,
        respondents=_named(respondents),
        owners=_named(owners),
        teams=_named(teams),
        macros=_named(macros),
        tags=tags,
        views=views,
    )


def _choices(user: User) -> list[Scalar]:
    """Return what can be chosen around the list: entities, people, teams, macros, tags, and the saved views."""
    people = User.objects.filter(is_active=True, role__in=policy.ACTIONS["assign"])
    macros = Macro.objects.filter(is_current=True, is_offered=True)
    views = saved_views(user).values("id", "name", "query", "owner_id", "team_id", "for_everybody")
    named: list[tuple[QuerySet[Any], str]] = [
        (Respondent.objects.all(), "key"), (people, "id"), (Team.objects.all(), "id"), (macros, "id"),
    ]  # fmt: skip
    return [
        *(
            scalar("json_agg(part)", "'[]'", found.order_by("name").values("name", value=F(key)))
            for found, key in named
        ),
        scalar("json_agg(part.name)", "'[]'", Tag.objects.order_by("name").values("name")),
        scalar("json_agg(part)", "'[]'", views[:MOST_VIEWS]),
    ]


def _named(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {str(row["value"]): row["name"] for row in rows}


def arrivals(user: User, seen: Seen) -> dict[int, int]:
    """Return how many came into each saved view since it was last opened here: two statements, however many views."""
    views = dict(saved_views(user).values_list("pk", "query")[:MOST_VIEWS])
    opened = {pk: Filters.of(QueryDict(query).dict()) for pk, query in views.items() if saved(pk) in seen.last}
    if not opened:
        return {}
    parts = [scalar("count(*)", "0", seen.arrived(saved(pk), lately(user, filters))) for pk, filters in opened.items()]
    return {pk: count for pk, count in zip(opened, in_one(parts), strict=True) if count}


def saved_views(user: User) -> QuerySet[SavedView]:
    """Return the views this person has: their own, those their team shares, and those everybody has."""
    shared = Q(team=user.team_id) if user.team_id else Q(pk__in=[])
    return SavedView.objects.filter(Q(owner=user) | shared | Q(for_everybody=True)).order_by("name", "pk")


Scalar = tuple[str, tuple[Any, ...]]


def scalar(what: str, otherwise: str, found: QuerySet[Any, Any]) -> Scalar:
    """Return one value over a query's rows as SQL and its parameters, which hold all that people typed."""
    try:
        sql, values = found.query.sql_with_params()
    except EmptyResultSet:
        return otherwise, ()
    return f"(SELECT coalesce({what}, {otherwise}) FROM ({sql}) AS part)", values  # noqa: S608


def capped(keys: Sequence[QuerySet[Complaint, Any]]) -> Scalar:
    """Return how many complaints these keys are, up to the cap and each once. No range is read beyond the cap."""
    return scalar("count(*)", "0", joined([one[:CAP] for one in keys])[:CAP])


def in_one(parts: list[Scalar]) -> tuple[Any, ...]:
    """Return these values, asked for in one statement, and what is asked twice in it once."""
    asked = list(dict.fromkeys(parts))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(text for text, _ in asked)}", [value for _, values in asked for value in values]
        )
        told = dict(zip(asked, cursor.fetchone(), strict=True))
    return tuple(told[part] for part in parts)
