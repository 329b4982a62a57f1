"""The lists behind the figures of a home that no other page lists by itself: exactly what each figure counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.urls import reverse

from correspondence.models import MailState, OutboundMail
from escalations import policy, queues
from escalations.desk import heat
from escalations.desk.services import desk_of
from escalations.models import SetAside
from regulations.models import CalendarVersion, Change, Draft, DraftKind, DraftState
from users.models import Role, User

# A calendar that knows fewer days ahead than this will soon refuse to count.
HORIZON = timedelta(days=180)
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing a figure counted: what it is, where it leads (nowhere when this reader may not), and a few words."""

    title: str
    url: str
    note: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What stands behind one figure: its heading, whose home has it, what it says when empty, and its rows."""

    title: str
    roles: frozenset[Role]
    none: str
    rows: Callable[[User, datetime], Iterator[Row]]


def drafts() -> QuerySet[Draft]:
    """Return the changes of the law's data that somebody writes now."""
    return Draft.objects.filter(state=DraftState.OPEN)


def ending(now: datetime) -> QuerySet[CalendarVersion, Any]:
    """Return the calendars that soon know no more days: their keys, and until when they are known."""
    newest = CalendarVersion.objects.values("key").annotate(until=Max("known_until"))
    return newest.filter(until__lte=(now + HORIZON).date()).order_by("until", "key")


def changes(now: datetime) -> QuerySet[Change]:
    """Return what was done to the law's data lately."""
    return Change.objects.filter(at__gte=now - LATELY)


def failed_mail() -> QuerySet[OutboundMail]:
    """Return the mails that were given up."""
    return OutboundMail.objects.filter(state=MailState.FAILED)


def set_aside(user: User) -> QuerySet[SetAside]:
    """Return what the sweep could not settle and this person sees."""
    return policy.set_aside(user)


def overloaded(rows: Sequence[heat.Row]) -> list[heat.Row]:
    """Return who has more on some day than one person can close then."""
    return [row for row in rows if row.key and any(cell.over for cell in row.cells)]


def lists(user: User) -> dict[str, Listed]:
    """Return the lists this person's home counts, by their keys."""
    return {key: one for key, one in LISTS.items() if user.role in one.roles}


def _drafts(mine: bool) -> Callable[[User, datetime], Iterator[Row]]:
    def rows(user: User, now: datetime) -> Iterator[Row]:
        own = Q(author=user)
        for draft in drafts().filter(own if mine else ~own).select_related("author").order_by("-changed_at"):
            studio = "escalation_policy:draft" if draft.kind == DraftKind.POLICY else "studio:draft"
            why = draft.reason or "no reason yet"
            said = f"{draft.get_kind_display()}, {why}" if mine else f"{draft.author.name}: {why}"
            yield Row(draft.key, reverse(studio, args=[draft.pk]), said, draft.changed_at)

    return rows


def _ending(user: User, now: datetime) -> Iterator[Row]:
    for row in ending(now):
        yield Row(
            str(row["key"]), reverse("rules:calendar", args=[row["key"]]), f"known until {row['until']:%-d %b %Y}"
        )


def _changes(user: User, now: datetime) -> Iterator[Row]:
    for row in changes(now).select_related("actor").defer("before", "after")[:MOST]:
        studio = "escalation_policy:home" if row.kind == DraftKind.POLICY else "studio:history"
        where = reverse(studio) if row.kind == DraftKind.POLICY else reverse(studio, args=[row.kind, row.key])
        yield Row(f"{row.key} {row.act}", where, f"{row.actor.name}{f': {row.reason}' if row.reason else ''}", row.at)


def _failed_mail(user: User, now: datetime) -> Iterator[Row]:
    for mail in failed_mail().defer("body").order_by("-pk")[:MOST]:
        # The outbox is the admins'; who only audits learns of it, and what the mail server said of addresses stays there.
        where = reverse("correspondence:mail", args=[mail.pk]) if user.is_admin else ""
        yield Row(mail.subject, where, mail.last_error[:200] if user.is_admin else "", mail.created_at)


def _set_aside(user: User, now: datetime) -> Iterator[Row]:
    for row in set_aside(user).select_related("complaint").order_by("since", "pk")[:MOST]:
        where = reverse("complaints:case", args=[row.complaint.reference])
        yield Row(str(row.complaint), where, f"{row.error[:200]} Tried {row.tries} times.", row.since)


def _reviews(user: User, now: datetime) -> Iterator[Row]:
    for one in queues.waiting(user):
        if one.asked_by_id != user.pk:
            where = reverse("desk:review", args=[one.complaint.reference])
            asked = f"{one.letter.get_kind_display()}, {one.asked_by.name} asks"
            yield Row(f"{one.complaint.reference} {one.complaint.subject}", where, asked, one.asked_at)


def _overloaded(user: User, now: datetime) -> Iterator[Row]:
    if user.team is None:
        return
    found = heat.per_person(user, user.team, now=now, a_day=desk_of(user.team).a_day)
    for row in overloaded(found.rows):
        days = ", ".join(f"{cell.column.title} {cell.column.note}".strip() for cell in row.cells if cell.over)
        yield Row(row.name, reverse("desk:person", args=[row.key]), f"too much: {days}")


# More than these nobody reads at once; the figure still counts them all, and the page says that it shows the first.
MOST = 200
LEAD, ADMIN, AUDITOR = frozenset({Role.LEAD}), frozenset({Role.ADMIN}), frozenset({Role.AUDITOR})
LISTS: dict[str, Listed] = {
    "reviews": Listed("Waiting for my approval", LEAD, "No letter waits for you.", _reviews),
    "overloaded": Listed("People with too much on a day", LEAD, "Nobody has more than can be closed.", _overloaded),
    "drafts": Listed("Drafts that wait for a second person", ADMIN, "Nobody waits for you.", _drafts(mine=False)),
    "own-drafts": Listed("Drafts of my own", ADMIN, "You write nothing at the moment.", _drafts(mine=True)),
    "calendars": Listed("Calendars that end soon", ADMIN, "Every calendar knows the next six months.", _ending),
    "changes": Listed("Changes of law in 30 days", AUDITOR, "Nothing was changed.", _changes),
    "mail": Listed("Mails given up", ADMIN | AUDITOR, "Every mail was taken or still waits.", _failed_mail),
    "set-aside": Listed("Set aside by the sweep", ADMIN | AUDITOR, "The sweep settled all it looked at.", _set_aside),
}
