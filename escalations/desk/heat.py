"""The heat map: how many complaints of each person fall due when. One statement counts, one names the people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from complaints import policy as complaints
from complaints.models import Complaint
from complaints.queues import Filters
from escalations.desk.away import Away, away
from escalations.desk.columns import Column, columns
from escalations.desk.workdays import WEEKDAYS, Workdays, of_teams
from users.models import Role, Team, User

# From so many on, a cell is shaded darker. The number is always printed; the shade only helps to find it.
SHADES = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class Cell:
    """How many fall due in one column for one row, and the queue that shows exactly these."""

    column: Column
    count: int
    query: str
    over: int
    # Why nobody of the row works that day, in words; the cell is hatched.
    off: str = ""

    @property
    def shade(self) -> int:
        """How dark, 0 to 3."""
        return sum(self.count >= least for least in SHADES)


@dataclass(frozen=True, slots=True)
class Row:
    """One person (or nobody, or one team), and their cells; with how many they can close in these days."""

    key: int
    name: str
    initials: str
    note: str
    cells: list[Cell]
    capacity: int | None = None

    @property
    def due(self) -> int:
        """How many fall due in all columns."""
        return sum(cell.count for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Heat:
    """The whole map."""

    columns: list[Column]
    rows: list[Row]


def per_person(user: User, team: Team, *, now: datetime, a_day: int) -> Heat:
    """Return the map of one team: its people, whoever else owns its complaints, and what nobody owns."""
    centres = of_teams()
    spans = columns(now, team.zone, centres.get(team.pk, WEEKDAYS))
    counted: dict[int | None, dict[str, int]] = {
        row["owner"]: row for row in _counted(scope(user, team), spans, "owner")
    }
    people = _people(team, counted)
    gone = away((person.pk for person in people), now=now)
    rows = [
        _person(spans, counted.get(person.pk, {}), person, team, a_day, _off(spans, person, gone, centres))
        for person in people
    ]
    nobody = Filters(view="unassigned", team="" if team.pk == user.team_id else str(team.pk))
    return Heat(spans, [*rows, Row(0, "Unassigned", "", "", _cells(spans, counted.get(None, {}), nobody, 0, {}))])


def per_team(user: User, teams: Sequence[Team], *, now: datetime) -> Heat:
    """Return the map of several teams, by centre; the days are the reader's, and each centre's days off are hatched."""
    spans, centres = columns(now, user.zone), of_teams()
    counted = {row["team"]: row for row in _counted(_open(user).filter(team__in=teams), spans, "team")}
    rows = []
    for team in sorted(teams, key=lambda team: (team.centre, team.name)):
        off = _closed(spans, centres.get(team.pk, WEEKDAYS))
        cells = _cells(spans, counted.get(team.pk, {}), Filters(team=str(team.pk)), 0, off)
        rows.append(Row(team.pk, team.name, "", team.centre, cells))
    return Heat(spans, rows)


def scope(user: User, team: Team) -> QuerySet[Complaint]:
    """Return what this person sees of a team's open complaints: its people's, and what is the team's and nobody's."""
    unowned = Q(owner=None, team=team)
    if team.pk == user.team_id:
        # As the view "unassigned" has it: what no team has is anybody's to give.
        unowned = Q(owner=None)
    return _open(user).filter(unowned | Q(owner__team=team) | Q(team=team))


def _open(user: User) -> QuerySet[Complaint]:
    return complaints.visible(user).filter(has_ended=False)


def _counted(found: QuerySet[Complaint], spans: Sequence[Column], by: str) -> Iterable[dict[str, int]]:
    sums = {span.key: Count("pk", filter=_within(span)) for span in spans}
    return found.filter(next_due_at__lte=spans[-1].end).order_by().values(by).annotate(**sums)


def _within(span: Column) -> Q:
    due = Q(next_due_at__lte=span.end)
    return due & Q(next_due_at__gt=span.start) if span.start else due


def _people(team: Team, owners: Iterable[int | None]) -> list[User]:
    """Return who handles complaints in the team, and after them whoever else owns some of it."""
    mine = Q(team=team, is_active=True, role__in=[Role.SPECIALIST, Role.LEAD])
    found = User.objects.filter(mine | Q(pk__in=[owner for owner in owners if owner]))
    return sorted(found, key=lambda one: (one.team_id != team.pk, not one.is_active, one.name))


def _off(spans: Sequence[Column], person: User, gone: Away, centres: Mapping[int, Workdays]) -> dict[str, str]:
    """Return the columns in which a person does not work, each with why: an absence, or a day off of their centre."""
    off = _closed(spans, centres.get(person.team_id or 0, WEEKDAYS))
    return off | {span.key: "away" for span in spans if span.day and gone.on(person.pk, span.day)}


def _closed(spans: Sequence[Column], days: Workdays) -> dict[str, str]:
    return {span.key: f"closed, {why}" for span in spans if span.day and (why := days.closed(span.day))}


def _person(
    spans: Sequence[Column], counted: dict[str, int], person: User, team: Team, a_day: int, off: Mapping[str, str]
) -> Row:
    # Of who is not in the team only what is the team's was counted.
    filters = Filters(owner=str(person.pk), team="" if person.team_id == team.pk else str(team.pk))
    works = {span.day for span in spans if span.day and span.key not in off}
    return Row(
        person.pk, person.name, person.initials, "" if person.is_active else "no longer here",
        _cells(spans, counted, filters, a_day, off), a_day * len(works) if person.is_active else 0,
    )  # fmt: skip


def _cells(
    spans: Sequence[Column], counted: dict[str, int], filters: Filters, a_day: int, off: Mapping[str, str]
) -> list[Cell]:
    return [
        Cell(
            span,
            number := counted.get(span.key, 0),
            filters.query(due=span.span),
            # Who is away can close none of them.
            max(0, number - (0 if span.key in off else a_day)) if a_day else 0,
            off.get(span.key, ""),
        )
        for span in spans
    ]
