"""Who of some people is away, read once for a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from users.absences import today_of
from users.models import Absence, User

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Away:
    """The absences of some people. Pure; days are on each person's own calendar."""

    of: Mapping[int, tuple[Absence, ...]]

    def on(self, person: int, day: date) -> Absence | None:
        """Return the absence of a person that holds this day."""
        return next((one for one in self.of.get(person, ()) if one.first_on <= day <= one.last_on), None)

    def now(self, person: User, *, at: datetime) -> Absence | None:
        """Return the absence that holds now, where the person is."""
        return self.on(person.pk, today_of(person, at=at))


NOBODY_AWAY = Away({})


def away(people: Iterable[int], *, now: datetime) -> Away:
    """Return who of these is away from now on. One statement."""
    found: dict[int, list[Absence]] = {}
    # A day earlier: in some zone it is still yesterday.
    rows = Absence.objects.filter(person__in=list(people), called_off_at=None, last_on__gte=now.date() - DAY)
    for one in rows.order_by("first_on", "pk"):
        found.setdefault(one.person_id, []).append(one)
    return Away({person: tuple(ones) for person, ones in found.items()})
