"""The bell: what a person was told, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from escalations import policy
from escalations.models import Notice
from users.models import User

PAGE = 50


@dataclass(frozen=True, slots=True)
class Told:
    """Some notices, newest first, and before which of them the next page begins (0: there is none)."""

    rows: list[Notice]
    before: int


def page(user: User, *, unread: bool, before: int = 0) -> Told:
    """Return one page of what this person was told, all of it or what they have not read."""
    told = policy.notices(user).select_related("complaint").order_by("-pk")
    if unread:
        told = told.filter(read_at=None)
    if before:
        told = told.filter(pk__lt=before)
    rows = list(told[: PAGE + 1])
    return Told(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else 0)


def leads_to(notice: Notice) -> str:
    """Return the page a notice is about: the one it names, its escalation, its complaint, or the house itself."""
    if notice.page:
        return str(notice.page)
    if notice.escalation_id:
        return reverse("escalations:detail", args=[notice.escalation_id])
    if notice.complaint is not None:
        return reverse("complaints:case", args=[notice.complaint.reference])
    return reverse("escalations:health")
