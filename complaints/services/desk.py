"""What people keep at their desk: saved views, and where they are looking."""

from __future__ import annotations

from datetime import datetime, timedelta

from complaints import policy
from complaints.errors import Refused
from complaints.models import Complaint, Presence, SavedView
from users.models import User

MOST_VIEWS = 30
# With whom a view is shared.
ALONE, TEAM, ALL = "", "team", "all"
# Pages say every 20 s that somebody is there; who misses two is gone.
GONE_AFTER = timedelta(seconds=50)


def save_view(name: str, *, query: str, actor: User, sharing: str = ALONE) -> SavedView:
    """Keep these filters under a name; the same name again changes what it means, and who has it."""
    if sharing == ALL:
        policy.require(actor, "share_with_all")
    called = " ".join(name.replace("\x00", "").split())[:40]
    if not called:
        raise Refused("Give the view a name first.")
    mine = SavedView.objects.filter(owner=actor)
    if mine.count() >= MOST_VIEWS and not mine.filter(name=called).exists():
        raise Refused(f"You have {MOST_VIEWS} views. Remove one first.")
    kept = {"query": query[:500], "team": actor.team if sharing == TEAM else None, "for_everybody": sharing == ALL}
    return SavedView.objects.update_or_create(owner=actor, name=called, defaults=kept)[0]


def drop_view(pk: int, *, actor: User) -> None:
    """Forget a view of one's own."""
    SavedView.objects.filter(pk=pk, owner=actor).delete()


def be_present(complaint: Complaint, *, doing: str, field: str = "", actor: User, at: datetime) -> list[Presence]:
    """Say that somebody has the complaint open, and writes in which field; return who else has, those at a step first.

    Whoever is not heard of again is gone after a while, and so is the mark on their field: it never blocks anybody.
    """
    here = {"doing": doing[:40], "field": field[:60], "seen_at": at}
    Presence.objects.update_or_create(complaint=complaint, user=actor, defaults=here)
    others = Presence.objects.filter(complaint=complaint).exclude(user=actor).select_related("user")
    there = list(others.order_by("-doing", "user__name"))
    gone = [one.pk for one in there if one.seen_at <= at - GONE_AFTER]
    if gone:
        Presence.objects.filter(pk__in=gone).delete()
    return [one for one in there if one.pk not in gone]
