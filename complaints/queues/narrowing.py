"""Of a list, how many are in which state, of which team, of which respondent and with which tag."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection

from complaints.models import State
from complaints.queues.filters import Filters, listing
from complaints.queues.paging import branches, joined
from users.models import User

# So many of the list are counted, whatever its length; every number of a longer list is "at least".
DEPTH = 2_000
# Of one kind so many are shown, most frequent first; the filter's form has all of them.
SHOWN = 12
COUNTED = """WITH part (id, state, team_id, respondent_id) AS MATERIALIZED (SELECT * FROM ({rows}) AS one LIMIT {depth})
SELECT '' AS kind, '' AS value, '' AS label, count(*) FROM part
UNION ALL SELECT 'state', state, '', count(*) FROM part GROUP BY state
UNION ALL SELECT 'team', team.id::text, team.name, count(*)
    FROM part JOIN users_team AS team ON team.id = team_id GROUP BY team.id
UNION ALL SELECT 'respondent', firm.key, firm.name, count(*)
    FROM part JOIN complaints_respondent AS firm ON firm.id = respondent_id GROUP BY firm.id
UNION ALL SELECT 'tag', one.tag_id, one.tag_id, count(*)
    FROM part JOIN complaints_tagging AS one ON one.complaint_id = part.id GROUP BY one.tag_id
ORDER BY 1, 4 DESC, 3"""
READ = ("pk", "state", "team_id", "respondent_id")
TITLES = {"state": "State", "team": "Team", "respondent": "Respondent", "tag": "Tag"}


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: how many have it, and the list narrowed to it."""

    label: str
    count: int
    query: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One kind of value with its most frequent ones, and how many more there are."""

    title: str
    values: list[Value]
    more: int


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of a list; `is_partial` when only its beginning was counted."""

    facets: list[Facet]
    is_partial: bool
    depth: int = DEPTH


def facets(user: User, filters: Filters) -> Facets:
    """Return the facets of the list these filters ask for: one statement, and no range read beyond the depth."""
    # In the order of the list, so that each range is read by its index and not looked for in the whole book.
    parts = [part.values(*READ) for part in branches(listing(user, filters).found, filters.order, None, DEPTH - 1)]
    try:
        rows_read, values = joined(parts).query.sql_with_params()
    except EmptyResultSet:
        return Facets([], is_partial=False)
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(rows=rows_read, depth=DEPTH), values)
        rows = cursor.fetchall()
    total = next(number for kind, _, _, number in rows if not kind)
    found = [
        _facet(kind, title, [(value, label, number) for of, value, label, number in rows if of == kind], filters)
        for kind, title in TITLES.items()
    ]
    return Facets([one for one in found if one.values], is_partial=total >= DEPTH)


def _facet(kind: str, title: str, rows: list[tuple[str, str, int]], filters: Filters) -> Facet:
    states = dict(State.choices)
    shown = [
        Value(str(states.get(value, value)) if kind == "state" else label, number, filters.query(**{kind: value}),
              getattr(filters, kind) == value)
        for value, label, number in rows[:SHOWN]
    ]  # fmt: skip
    return Facet(title, shown, len(rows) - len(shown))
