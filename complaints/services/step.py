"""How every step begins and ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from complaints import policy
from complaints.errors import Refused
from complaints.models import Complaint, Tagging
from complaints.models.complaint import FINISHED
from complaints.refusals import refusal
from complaints.services import announcing
from complaints.services.clocks import follow_the_law
from complaints.services.gather import gather
from complaints.services.story import lock
from users.models import User


def begin(complaint_id: int, action: str, *, actor: User, version: int | None) -> Complaint:
    """Take the complaint's lock for this action, or say why not."""
    complaint = lock(complaint_id, version=version)
    policy.require(actor, action, complaint)
    return complaint


def move(complaint: Complaint, step: Callable[[], None], *, at: datetime) -> None:
    """Make the transition, or refuse with its sentence."""
    complaint.gathered = gather(complaint)
    if reason := refusal(step):
        raise Refused(reason)
    before = str(complaint.state)
    step()
    complaint.moved_from = before
    complaint.state_since = at


def only_while(complaint: Complaint, states: list[str], otherwise: str) -> None:
    """Refuse with this sentence unless the complaint is in one of these states."""
    if complaint.state not in states:
        raise Refused(otherwise)


def words(text: str) -> str:
    """Return the words without their margins; refuse when there are none."""
    said = text.replace("\x00", "").strip()
    if not said:
        raise Refused("Write something first.")
    return said


def finish(complaint: Complaint, *, at: datetime) -> Complaint:
    """Bring the clocks up to date and save the complaint as its next version."""
    follow_the_law(complaint, at=at)
    return keep(complaint)


def keep(complaint: Complaint) -> Complaint:
    """Save the complaint as its next version; nothing the law looks at has changed."""
    complaint.version += 1
    complaint.save()
    if complaint.moved_from:
        if (complaint.moved_from in FINISHED) != complaint.is_finished:
            # What a tag finds is read open and finished apart.
            Tagging.objects.filter(complaint=complaint).update(is_open=not complaint.is_finished)
        announcing.moved(complaint, complaint.moved_from, at=complaint.state_since)
        complaint.moved_from = ""
    return complaint


def local_date(complaint: Complaint, at: datetime) -> date:
    """Return the date of the moment where the respondent is."""
    return at.astimezone(ZoneInfo(complaint.respondent.zone)).date()
