"""What other systems are told of a complaint and its clocks, in the transaction that made it true.

Numbers, states and moments only: who complains, about whom, and in what words stays in the house.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from complaints.models import Clock, Complaint
from complaints.models.complaint import FINISHED, State
from correspondence.models import EventType
from correspondence.webhooks.outbox import Event, moment, publish

# A reference that stands for any in an address: asking for each would cost more than all else here.
ANY = "C-00-000000"
CLOCK_LINES = {EventType.AT_RISK: "At risk", EventType.MISSED: "Missed", EventType.MET: "Met"}
STATES = dict(State.choices)


def registered(complaint: Complaint, *, at: datetime) -> None:
    """Tell that a complaint came in."""
    publish((_about(EventType.REGISTERED, complaint, "was registered", occurred_at=at) for _ in range(1)), at=at)


def moved(complaint: Complaint, before: str, *, at: datetime) -> None:
    """Tell that a complaint changed its state, and that it ended if it did."""
    publish(_moves(complaint, before, at), at=at)


def clocks_told(told: Sequence[tuple[EventType, Complaint, Clock]], *, at: datetime) -> None:
    """Tell what became of clocks: at risk, missed, met."""
    if told:
        publish((_of_clock(*one) for one in told), at=at)


def told_of(complaint: Complaint, link: str) -> dict[str, object]:
    """Return what every event says of its complaint."""
    return {
        "id": complaint.pk, "reference": complaint.reference, "state": str(complaint.state),
        "due_at": moment(complaint.next_due_at), "team": complaint.team_id, "link": link,
    }  # fmt: skip


def link_to(complaint: Complaint) -> str:
    """Return the address of the complaint's page."""
    page = settings.SITE_URL.rstrip("/") + reverse("complaints:case", args=[ANY])
    return page.replace(ANY, complaint.reference)


def _moves(complaint: Complaint, before: str, at: datetime) -> Iterator[Event]:
    words = f"is now {STATES[complaint.state].lower()}"
    yield _about(EventType.STATE_CHANGED, complaint, words, occurred_at=at, previous_state=before)
    if complaint.state in FINISHED:
        yield _about(EventType.CLOSED, complaint, words, occurred_at=at, previous_state=before)


def _about(kind: EventType, complaint: Complaint, words: str, *, occurred_at: datetime, **more: object) -> Event:
    link = link_to(complaint)
    return Event(
        kind, complaint.reference, complaint.team_id, occurred_at, {"complaint": told_of(complaint, link), **more},
        f"{complaint.reference} {words}. {link}",
    )  # fmt: skip


def _of_clock(kind: EventType, complaint: Complaint, clock: Clock) -> Event:
    link = link_to(complaint)
    said = {
        "id": clock.pk, "rule": clock.rule, "rule_version": clock.rule_version, "obligation": clock.obligation,
        "status": str(clock.status), "due_at": moment(clock.ends_at),
        "due_on": clock.due_on.isoformat() if clock.due_on else None,
    }  # fmt: skip
    happened = {EventType.AT_RISK: clock.warned_at, EventType.MISSED: clock.ends_at}.get(kind, clock.settled_at)
    return Event(
        kind, complaint.reference, complaint.team_id, happened or complaint.last_event_at,
        {"complaint": told_of(complaint, link), "clock": said},
        f"{CLOCK_LINES[kind]}: {complaint.reference}, {clock.title}, due by {moment(clock.ends_at)}. {link}",
    )  # fmt: skip
