"""The sentences of escalations, notices and mails. No queries here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from escalations.models import Reason

SET_ASIDE = (
    "The sweep could not look at this complaint. It tries again every hour; an admin finds the reason in the log."
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sentence is about: a limit with its title, date and citation, and who owns the complaint."""

    title: str
    due_on: date | None
    citation: str
    owner: str


def sentence(reason: str, subject: Subject) -> str:
    """Return one sentence for the lead, at most 300 characters."""
    who = f"{subject.owner} owns it" if subject.owner else "nobody owns it"
    limit = f"{subject.title}{f' ({subject.citation})' if subject.citation else ''}"
    if reason == Reason.UNASSIGNED:
        due = f", and its first limit is {day(subject.due_on)}" if subject.due_on else ""
        return _fit(f"Nobody owns this complaint{due}.")
    if reason == Reason.REVIEW:
        return _fit(f"Its letter waits for a second pair of eyes{f'; {who}' if subject.owner else ''}.")
    verb = "was due by" if reason == Reason.MISSED else "is due by"
    return _fit(f"{limit} {verb} {day(subject.due_on)}; {who}.")


def undelivered(what: str, error: str) -> str:
    """Return what a lead or an admin reads of a mail that was given up."""
    return _fit(f"{what} could not be delivered: {' '.join(error.split()) or 'nobody knows why'}")


def dead_deliveries(endpoint: str, number: int, error: str) -> str:
    """Return what an admin reads of deliveries to another system that were given up."""
    what = "1 delivery" if number == 1 else f"{number} deliveries"
    return _fit(
        f"{what} to {endpoint} given up: {error or 'nobody knows why.'} See Webhooks, where it can be replayed."
    )


def day(on: date | None) -> str:
    """Return a date in words, such as Wed 25 Nov 2026."""
    return f"{on:%a} {on.day} {on:%b %Y}" if on else "a day that is not known"


def due_key(*, clock: int | None, complaint: int, threshold: str, due_at: datetime) -> str:
    """Return what makes a notice of something due unique: clock, threshold and due moment."""
    subject = f"clock-{clock}" if clock else f"complaint-{complaint}"
    return f"{subject}-{threshold}-{_stamp(due_at)}"


def task_key(*, task: int, threshold: str, due_at: datetime) -> str:
    """Return what makes a notice of an overdue task unique: the task as the clock, threshold and due moment."""
    return f"task-{task}-{threshold}-{_stamp(due_at)}"


def overdue_task(what: str, *, asked: str, due_on: date, said: str) -> str:
    """Return what somebody reads of a task nobody answered in time."""
    short = what if len(what) <= 80 else f"{what[:79]}…"
    return _fit(f"{said} “{short}” was asked of {asked} and was due by {day(due_on)}.")


def act_key(*, escalation: int, act: str, at: datetime) -> str:
    """Return what makes a notice of something a person did unique."""
    return f"escalation-{escalation}-{act}-{_stamp(at)}"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S.%f}"


def _fit(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:299]}…"
