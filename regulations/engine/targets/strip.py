"""The day strip of a target: each day counted or not, and why; paused days say for whom we waited."""

from __future__ import annotations

from datetime import date

from regulations.engine.calendars import DAY
from regulations.engine.strip import LONGEST, Day
from regulations.engine.targets.counting import counts
from regulations.engine.targets.running import Run


def run_strip(run: Run, *, today: date) -> list[Day]:
    """Return every day from the start to the due day, or to today while it stands still; none for hours."""
    last = run.due_on or today
    if run.target.length.elapses or not 0 <= (last - run.started_on).days <= LONGEST:
        return []
    day, count = run.started_on, 0
    days = [Day(day, "received", count, "")]
    while day < last:
        day += DAY
        wait = next((wait for wait in run.waits if wait.covers(day, run.zone)), None)
        counted = wait is None and counts(day, run.target.length, run.calendar)
        count += counted
        name = run.calendar.closed.get(day, "")
        if counted:
            days.append(Day(day, "due" if day == run.due_on else "counted", count, ""))
        elif run.target.length.unit == "bd" and not run.calendar.is_open(day):
            days.append(Day(day, "weekend" if day.weekday() in run.calendar.weekend else "holiday", None, name))
        else:
            days.append(Day(day, "paused", None, wait.why if wait else ""))
    return days
