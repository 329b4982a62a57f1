"""Tasks to other teams: ask, accept, answer, decline, cancel. Every one stands in the story of its complaint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from complaints import policy
from complaints.errors import NotVisible, Refused
from complaints.models import Attachment, Complaint, Kind, Task
from complaints.services.files import store
from complaints.services.step import begin, keep, words
from complaints.services.story import MOVED, lock, record
from complaints.standard import ready
from regulations import books
from regulations.engine.calendars import Calendar
from users.models import Team, User

LONGEST = 60
WEEKEND = frozenset({5, 6})
ENDED = "The complaint has ended, so nobody needs to be asked."
SETTLED = "This task is settled already. Look at it again."
# The hours of somebody who is in no team.
NO_TEAM = Team()


@transaction.atomic
def ask(
    complaint_id: int,
    *,
    what: str,
    working_days: int,
    team: Team | None = None,
    person: User | None = None,
    files: Sequence[int] = (),
    actor: User,
    at: datetime,
    version: int | None = None,
) -> Complaint:
    """Ask a team or a person for something by the end of their n-th working day from now."""
    complaint = begin(complaint_id, "ask", actor=actor, version=version)
    if complaint.is_finished:
        raise Refused(ENDED)
    if (team is None) == (person is None):
        raise Refused("Choose one team or one person to ask.")
    if person is not None and not (person.is_active and person.role in policy.ANSWERERS):
        raise Refused(f"{person.name} cannot answer tasks. Choose somebody else.")
    if not 1 <= working_days <= LONGEST:
        raise Refused(f"Give from 1 to {LONGEST} working days.")
    given = list(Attachment.objects.filter(complaint=complaint, pk__in=files))
    if len(given) != len(set(files)):
        raise Refused("A file is not one of the complaint's. Look at the case again.")
    due_at = due(complaint, working_days, team=team or (person and person.team) or NO_TEAM, at=at)
    task = Task.objects.create(
        complaint=complaint,
        team=team,
        person=person,
        what=words(ready(what)),
        asked_by=actor,
        asked_at=at,
        due_at=due_at,
        check_at=due_at,
    )
    task.files.set(given)
    record(
        complaint, Kind.TASK_ASKED, actor=actor, at=at, task=task.pk, of=task.asked_of, text=task.what,
        due_at=due_at.isoformat(), files=[one.name for one in given],
    )  # fmt: skip
    return keep(complaint)


def due(complaint: Complaint, working_days: int, *, team: Team, at: datetime) -> datetime:
    """Return when the team closes on its n-th working day after today, UTC. Open days are those of the respondent."""
    zone = ZoneInfo(team.zone)
    today = at.astimezone(zone).date()
    calendars = books.current().calendars
    counted = (complaint.respondent.open_days, *complaint.clocks.order_by("pk").values_list("calendar", flat=True))
    calendar = next((calendars[key] for key in counted if key in calendars), None)
    if calendar is None:
        # Where no law of the complaint counts days, every weekday is one.
        calendar = Calendar(
            "weekdays", weekend=WEEKEND, closed={}, first=today, last=today + timedelta(days=2 * LONGEST)
        )
    return datetime.combine(calendar.add(today, working_days), team.closes, zone)


@transaction.atomic
def accept(task_id: int, *, actor: User, at: datetime) -> Task:
    """Say that one is at it, so that nobody else in the team begins."""
    task = _asked(task_id, actor)
    if task.state != Task.State.ASKED:
        raise Refused(f"{task.accepted_by} has accepted this task already.")
    task.state, task.accepted_by = Task.State.ACCEPTED, actor
    task.save()
    record(task.complaint, Kind.TASK_ACCEPTED, actor=actor, at=at, task=task.pk, of=task.asked_of)
    # Nobody's form on the complaint grows stale because somebody began.
    task.complaint.save(update_fields=MOVED)
    return task


@transaction.atomic
def answer(task_id: int, *, text: str, file: UploadedFile | None = None, actor: User, at: datetime) -> Task:
    """Answer what was asked, with a file if there is one; it is kept with the complaint."""
    task = _asked(task_id, actor)
    kept = store(task.complaint, file, actor=actor, at=at) if file is not None else None
    if kept is not None:
        task.files.add(kept)
    about: dict[str, object] = {"attachment": kept.pk, "name": kept.name, "size": kept.size} if kept else {}
    return _settle(task, Task.State.ANSWERED, Kind.TASK_ANSWERED, words(text), about, actor=actor, at=at)


@transaction.atomic
def decline(task_id: int, *, text: str, actor: User, at: datetime) -> Task:
    """Say why it cannot be done here; the asker decides what next."""
    return _settle(_asked(task_id, actor), Task.State.DECLINED, Kind.TASK_DECLINED, words(text), {}, actor=actor, at=at)


@transaction.atomic
def cancel(task_id: int, *, text: str, actor: User, at: datetime) -> Task:
    """Take back what was asked, with the reason."""
    task = _held(task_id)
    policy.require(actor, "ask", task.complaint)
    return _settle(_open(task), Task.State.CANCELLED, Kind.TASK_CANCELLED, words(text), {}, actor=actor, at=at)


def cancel_open(complaint: Complaint, *, why: str, actor: User, at: datetime) -> None:
    """Take back what is still open on a complaint that ends. The caller holds its lock and saves it."""
    for task in Task.objects.filter(complaint=complaint, settled_at=None):
        task.state, task.words, task.settled_by, task.settled_at = Task.State.CANCELLED, why, actor, at
        task.save()
        record(complaint, Kind.TASK_CANCELLED, actor=actor, at=at, task=task.pk, of=task.asked_of, text=why)


def _held(task_id: int) -> Task:
    """Return the task, its complaint locked: that is the one lock."""
    found = Task.objects.filter(pk=task_id).values_list("complaint", flat=True).first()
    if found is None:
        raise NotVisible("This task does not exist.")
    complaint = lock(found)
    task = Task.objects.select_related("team", "person", "accepted_by").get(pk=task_id)
    task.complaint = complaint
    return task


def _open(task: Task) -> Task:
    if not task.is_open:
        raise Refused(SETTLED)
    return task


def _asked(task_id: int, actor: User) -> Task:
    """Return the open task if this person was asked."""
    task = _held(task_id)
    policy.require_asked(actor, task)
    return _open(task)


def _settle(
    task: Task, state: Task.State, kind: Kind, said: str, about: dict[str, object], *, actor: User, at: datetime
) -> Task:
    task.state, task.words, task.settled_by, task.settled_at = state, said, actor, at
    task.save()
    told: dict[str, object] = {"task": task.pk, "of": task.asked_of, "text": said, **about}
    record(task.complaint, kind, actor=actor, at=at, occurred_at=None, **told)
    keep(task.complaint)
    return task
