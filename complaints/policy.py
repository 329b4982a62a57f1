"""Who may see and do what to a complaint. The only place that decides."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from complaints.errors import NotAllowed, NotVisible
from complaints.models import Complaint, Task
from users.models import Role, User
from users.policy import ADMINS, EVERYONE, HANDLERS, LEADS, Access

ACTIONS: dict[str, frozenset[Role]] = {
    "register": HANDLERS,
    "assign": HANDLERS,
    "note": HANDLERS,
    "tag": HANDLERS,
    "relate": HANDLERS,
    "ask": HANDLERS,
    "care": HANDLERS,
    "read": EVERYONE,
    "split": HANDLERS,
    "triage": HANDLERS,
    "acknowledge": HANDLERS,
    "investigate": HANDLERS,
    "change_facts": HANDLERS,
    "end": HANDLERS,
    "escalate": HANDLERS,
    "review": LEADS,
    "lead": LEADS,
    "share_with_all": LEADS | ADMINS,
    "open_days": ADMINS,
    "texts": ADMINS,
    "macros": LEADS | ADMINS,
}
# Who may be asked by a task; auditors only read.
ANSWERERS = HANDLERS | ADMINS
SEES_ALL = frozenset({Role.ADMIN, Role.AUDITOR})


def visible(user: User) -> QuerySet[Complaint]:
    """Return the complaints that exist for this person: admins and auditors see all, others their team's and the unrouted."""
    found = ways(user)
    return Complaint.objects.filter(reduce(or_, found)) if found else Complaint.objects.none()


def ways(user: User) -> tuple[Q, ...]:
    """Return the ways in which a complaint is this person's to see; one may be so in several.

    Each begins an index of its own. All of them together are an OR, which no index answers in order.
    """
    if not user.is_active:
        return ()
    if user.role in SEES_ALL:
        return (Q(),)
    nobodys, theirs = Q(team__isnull=True), Q(owner=user.pk)
    return (theirs, nobodys, Q(team=user.team_id)) if user.team_id else (theirs, nobodys)


def is_visible(user: User, complaint: Complaint) -> bool:
    """Say the same as `visible` of one complaint at hand."""
    return user.is_active and (
        user.role in SEES_ALL
        or complaint.owner_id == user.pk
        or complaint.team_id is None
        or complaint.team_id == user.team_id
    )


def opens_details(user: User, complaint: Complaint) -> bool:
    """Say whether this person may read why a customer is vulnerable: the owner, the team's lead, an admin with the right."""
    if not is_visible(user, complaint):
        return False
    if user.role == Role.ADMIN:
        return user.opens_details
    leads = user.role in LEADS and complaint.team_id is not None and complaint.team_id == user.team_id
    return leads or (user.role in HANDLERS and complaint.owner_id == user.pk)


def get_visible(user: User, *, reference: str) -> Complaint:
    """Return the complaint with this reference, or raise NotVisible."""
    complaint = visible(user).filter(reference=reference).first()
    if complaint is None:
        raise NotVisible("This complaint does not exist.")
    return complaint


def require(user: User, action: str, complaint: Complaint | None = None) -> None:
    """Raise NotVisible or NotAllowed unless this person may do this; an unknown action is refused."""
    if complaint is not None and not is_visible(user, complaint):
        raise NotVisible("This complaint does not exist.")
    if user.role not in ACTIONS.get(action, frozenset()) or not user.is_active:
        raise NotAllowed("Your role may not do this. Ask a team lead.")


def tasks(user: User) -> QuerySet[Task]:
    """Return the tasks that exist for this person: what they or their team was asked, and those of complaints they see."""
    if not user.is_active:
        return Task.objects.none()
    return Task.objects.filter(asked_of(user) | Q(complaint__in=visible(user)))


def asked_of(user: User) -> Q:
    """Return the condition of tasks that this person may accept and answer."""
    if user.role not in ANSWERERS:
        return Q(pk__in=[])
    return Q(person=user) | (Q(team=user.team_id) if user.team_id else Q(pk__in=[]))


def is_asked(user: User, task: Task) -> bool:
    """Say the same as `asked_of` of one task at hand."""
    in_team = task.team_id is not None and task.team_id == user.team_id
    return user.is_active and user.role in ANSWERERS and (task.person_id == user.pk or in_team)


def require_asked(user: User, task: Task) -> None:
    """Raise NotVisible or NotAllowed unless this person was asked."""
    if is_asked(user, task):
        return
    if is_visible(user, task.complaint):
        raise NotAllowed(f"Only {task.asked_of} may do this: they were asked.")
    raise NotVisible("This task does not exist.")


ROUTES: dict[str, Access] = {
    "complaints:details": Access(read=EVERYONE, write=ANSWERERS),
    "complaints:tasks": Access(read=EVERYONE),
    "complaints:task": Access(read=EVERYONE, write=ANSWERERS),
    "complaints:task_file": Access(read=EVERYONE),
    "complaints:queue": Access(read=EVERYONE),
    "complaints:glance": Access(read=EVERYONE),
    "complaints:facets": Access(read=EVERYONE),
    "complaints:search": Access(read=EVERYONE),
    "complaints:bulk": Access(write=HANDLERS),
    "complaints:arrivals": Access(read=EVERYONE),
    "complaints:view": Access(write=EVERYONE),
    "complaints:density": Access(write=EVERYONE),
    "complaints:respondents": Access(read=ADMINS),
    "complaints:respondent": Access(read=ADMINS, write=ADMINS),
    "complaints:macros": Access(read=LEADS | ADMINS),
    "complaints:macro_new": Access(read=LEADS | ADMINS, write=LEADS | ADMINS),
    "complaints:macro": Access(read=LEADS | ADMINS, write=LEADS | ADMINS),
    "complaints:texts": Access(read=ADMINS),
    "complaints:text_new": Access(read=ADMINS, write=ADMINS),
    "complaints:text": Access(read=ADMINS, write=ADMINS),
    "complaints:use_text": Access(write=HANDLERS),
    "complaints:pulse": Access(read=EVERYONE),
    "complaints:register": Access(read=HANDLERS, write=HANDLERS),
    "complaints:case": Access(read=EVERYONE),
    "complaints:part": Access(read=EVERYONE),
    "complaints:entry": Access(read=EVERYONE),
    "complaints:step": Access(read=HANDLERS, write=HANDLERS),
    "complaints:note": Access(read=HANDLERS, write=HANDLERS),
    "complaints:attach": Access(read=HANDLERS, write=HANDLERS),
    "complaints:facts": Access(read=HANDLERS, write=HANDLERS),
    "complaints:draft": Access(write=HANDLERS),
    "complaints:attachment": Access(read=EVERYONE),
    "complaints:look": Access(read=EVERYONE),
    "complaints:clocks": Access(read=EVERYONE),
    "complaints:case_file": Access(read=EVERYONE),
    "complaints:letter": Access(read=EVERYONE, write=HANDLERS),
    "complaints:letter_pdf": Access(read=EVERYONE),
}
