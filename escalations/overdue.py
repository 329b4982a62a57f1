"""Tasks nobody answered in time: those asked are told at the due moment, then the case's owner, then its lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.urls import reverse

from complaints import policy
from complaints.models import Complaint, Task
from escalations.lines import Line, tell_lines
from escalations.routing import Staff
from escalations.words import overdue_task, task_key
from users.models import Team, User
from users.working import after_working

BATCH = 200
NO_TEAM = Team()
# The steps in their order: the threshold in the key, and the first words for who is told.
STEPS = (("task-due", "This is still waited for:"), ("task-owner", "Not answered:"), ("task-lead", "Not answered:"))


def tell_of_overdue_tasks(now: datetime) -> int:
    """Take every step that is due, in due order; return how many were taken. A second call takes none."""
    taken = 0
    # Four times a second, by every worker: one round trip to a small index when nothing is overdue.
    while _any_due(now) and (told := _tell_batch(now)):
        taken += told
    return taken


def _any_due(now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM complaints_task WHERE settled_at IS NULL AND check_at <= %s)", [now]
        )
        return bool(cursor.fetchone()[0])


@transaction.atomic
def _tell_batch(now: datetime) -> int:
    due = Task.objects.filter(settled_at=None, check_at__lte=now)
    asked = list(due.order_by("check_at", "pk").values_list("complaint", flat=True)[:BATCH])
    # The complaint row is the one lock of its tasks; what somebody holds is looked at again in a quarter of a second.
    held = (
        Complaint.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk__in=set(asked))
        .defer("narrative")
        .order_by("pk")
    )
    complaints = {complaint.pk: complaint for complaint in held}
    # Read again under the lock: somebody may have answered meanwhile.
    rows = list(
        due.filter(complaint__in=complaints).select_related("team", "person").order_by("check_at", "pk")[:BATCH]
    )
    staff, lines = Staff.now(), list[Line]()
    for task in rows:
        task.complaint = complaints[task.complaint_id]
        lines += _step(task, staff, at=now)
    tell_lines(lines, at=now)
    Task.objects.bulk_update(rows, ["told", "check_at"])
    return len(rows)


def _step(task: Task, staff: Staff, *, at: datetime) -> list[Line]:
    """Take the next step that has somebody to tell; say when the one after it is due."""
    people: Sequence[User] = ()
    while not people and task.told < len(STEPS):
        threshold, said = STEPS[task.told]
        people = _receivers(task, task.told, staff)
        task.told += 1
    team = task.team or staff.team_of(task.person) or NO_TEAM
    assert task.check_at is not None
    # From the due moment on, not from now: after an outage the steps come in their order, none of them later for it.
    task.check_at = after_working(_a_day_of(team), team, at=task.check_at) if task.told < len(STEPS) else None
    if not people:
        return []
    due_on = task.due_at.astimezone(ZoneInfo(team.zone)).date()
    text = overdue_task(task.what, asked=task.asked_of, due_on=due_on, said=said)
    key = task_key(task=task.pk, threshold=threshold, due_at=task.due_at)
    subject, page = f"Task overdue: {task.complaint.reference}", reverse("complaints:task", args=[task.pk])
    return [Line(person, key, text, subject, page) for person in people]


def _receivers(task: Task, step: int, staff: Staff) -> list[User]:
    """Return who is told at this step; nobody where the place is empty, and the next step is taken at once."""
    complaint = task.complaint
    if step == 0:
        first = staff.people.get(task.accepted_by_id or task.person_id or 0)
        asked = [first] if first else [one for one in staff.people.values() if one.team_id == task.team_id]
        return [one for one in asked if policy.is_asked(one, task)]
    if step == 1:
        owner = staff.people.get(complaint.owner_id or 0)
        return [owner] if owner and owner.is_active else []
    lead = staff.lead_for(complaint)
    return [lead] if lead else staff.admins


def _a_day_of(team: Team) -> timedelta:
    """Return how long a working day of the team is: added to a moment, it is the same hour of the next one."""
    opens, closes = (timedelta(hours=at.hour, minutes=at.minute) for at in (team.opens, team.closes))
    return closes - opens
