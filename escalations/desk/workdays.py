"""Which days a centre works: by its published calendar, where the desk names one, else Monday to Friday."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from escalations.desk.models import TeamDesk
from regulations import books
from regulations.engine.calendars import Calendar, CalendarHorizon

SATURDAY = 5
DAY = timedelta(days=1)
# No centre is closed this long; a calendar that says so is not worth an endless search.
LONGEST_BREAK = 40


@dataclass(frozen=True, slots=True)
class Workdays:
    """The working days of one centre. Pure."""

    calendar: Calendar | None = None

    def closed(self, day: date) -> str:
        """Return why nobody of the centre works that day, in words; "" when they do."""
        weekend = "weekend" if day.weekday() >= SATURDAY else ""
        if self.calendar is None:
            return weekend
        try:
            return "" if self.calendar.is_open(day) else self.calendar.closed.get(day, "weekend")
        except CalendarHorizon:
            # Nobody published days so far off; what is planned here is work, not law.
            return weekend

    def next(self, day: date) -> date:
        """Return the working day after this one."""
        for ahead in range(1, LONGEST_BREAK):
            if not self.closed(day + ahead * DAY):
                return day + ahead * DAY
        return day + DAY


WEEKDAYS = Workdays()


def of_teams() -> Mapping[int, Workdays]:
    """Return the working days of every team whose desk names a calendar; all others work Monday to Friday."""
    keys = dict(TeamDesk.objects.exclude(calendar="").values_list("team", "calendar"))
    calendars = books.current().calendars if keys else {}
    return {team: Workdays(calendars[key]) for team, key in keys.items() if key in calendars}
