"""Who asks: the person of the session, with the number that stands beside the bell on every page."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from escalations.models import Notice
from users.models import User


class People(ModelBackend):
    """Sign-in by e-mail address and password, and the person of every later request in one statement."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person with their unread notices counted as `notices_unread`; None when they may not sign in."""
        found: QuerySet[User] = User.objects.annotate(notices_unread=_unread())
        person = found.filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None


def _unread() -> Coalesce:
    unread = Notice.objects.filter(user=OuterRef("pk"), read_at=None).order_by().values("user")
    counted = unread.annotate(number=Count("*")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
