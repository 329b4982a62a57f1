"""A person vouches for the years of a calendar, having compared them with the official list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from regulations.calendars.generate import FIRST_YEAR
from regulations.models import CalendarConfirmation, CalendarVersion, Change, DraftKind
from regulations.services import digest_of
from regulations.studio.drafts import require_admin
from regulations.studio.found import newest
from users.errors import Refused
from users.models import User


@dataclass(frozen=True, slots=True)
class Year:
    """One year of a calendar: who last vouched for it, and whether its open days are still those they saw."""

    number: int
    seen: CalendarConfirmation | None
    same: bool

    @property
    def is_confirmed(self) -> bool:
        return self.seen is not None and self.same


@transaction.atomic
def confirm(
    key: str, *, version: int, first: int, last: int, compared_with: str, actor: User, at: datetime
) -> list[CalendarConfirmation]:
    """Record that this person compared these years of the newest version, and with what."""
    require_admin(actor)
    known, said = newest(DraftKind.CALENDAR, key), compared_with.strip()
    if not isinstance(known, CalendarVersion):
        raise Refused(f"There is no calendar {key}.")
    if known.version != version:
        raise Refused(f"Version {known.version} of this calendar was published since you looked at it. Compare again.")
    if not said:
        raise Refused("Say what you compared it with: a link to the official list, or where it is printed.")
    if not FIRST_YEAR <= first <= last <= known.known_until.year:
        raise Refused(f"Choose years from {FIRST_YEAR} to {known.known_until.year}, the first before the last.")
    made = CalendarConfirmation.objects.bulk_create(
        CalendarConfirmation(
            key=key, year=year, version=version, digest=digest_of_year(known, year), compared_with=said, actor=actor,
            at=at,
        )
        for year in range(first, last + 1)
    )  # fmt: skip
    years = str(first) if first == last else f"{first} to {last}"
    Change.objects.create(
        kind=DraftKind.CALENDAR, key=key, act="confirmed", actor=actor, at=at,
        reason=f"{years} of version {version}, compared with {said}",
        after="\n".join(f"{day} {name}" for day, name in sorted(known.closed.items()) if first <= int(day[:4]) <= last),
    )  # fmt: skip
    return made


def digest_of_year(row: CalendarVersion, year: int) -> str:
    """Return the SHA-256 (hex) of which days of the year are open; what a holiday is called does not matter."""
    closed = sorted(day for day in row.closed if int(day[:4]) == year)
    return digest_of({"weekend": sorted(row.weekend), "closed": closed})


def years_of(row: CalendarVersion) -> list[Year]:
    """Return every year this version knows, with who vouched for it."""
    return confirmed([row])[row.key]


def confirmed(rows: Iterable[CalendarVersion]) -> dict[str, list[Year]]:
    """Return, for each of these versions by its key, every year it knows. One query for all of them."""
    seen: dict[tuple[str, int], list[CalendarConfirmation]] = defaultdict(list)
    told = list(rows)
    for one in CalendarConfirmation.objects.filter(key__in=[row.key for row in told]).select_related("actor"):
        seen[one.key, one.year].append(one)
    found: dict[str, list[Year]] = {}
    for row in told:
        found[row.key] = []
        for year in range(FIRST_YEAR, row.known_until.year + 1):
            looks, digest = seen[row.key, year], digest_of_year(row, year)
            match = next((one for one in looks if one.digest == digest), None)
            found[row.key].append(Year(year, match or next(iter(looks), None), match is not None))
    return found


def unconfirmed(years: Iterable[Year], *, since: int) -> list[int]:
    """Return the years from this one on for which nobody vouches."""
    return [year.number for year in years if year.number >= since and not year.is_confirmed]


def spans(years: Iterable[int]) -> str:
    """Return years as people write them: "2026 to 2030", "2026 and 2028"."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return " and ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)
