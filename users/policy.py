"""Who may use which route of this room, and the words every room's policy is written in."""

from __future__ import annotations

from dataclasses import dataclass

from users.models import Role

NOBODY: frozenset[Role] = frozenset()
EVERYONE = frozenset(Role)
HANDLERS = frozenset({Role.SPECIALIST, Role.LEAD})
LEADS = frozenset({Role.LEAD})
ADMINS = frozenset({Role.ADMIN})
OVERSEERS = frozenset({Role.LEAD, Role.ADMIN, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Access:
    """The roles that may read a route (GET, HEAD, OPTIONS) and those that may write to it."""

    read: frozenset[Role] = NOBODY
    write: frozenset[Role] = NOBODY


ROUTES: dict[str, Access] = {
    "users:sign_out": Access(write=EVERYONE),
    "users:password_change": Access(read=EVERYONE, write=EVERYONE),
    "users:password_change_done": Access(read=EVERYONE),
    "users:people": Access(read=ADMINS),
    "users:person": Access(read=ADMINS, write=ADMINS),
    "users:person_work": Access(read=ADMINS, write=ADMINS),
    # Whose absences one may read and record is decided on the person: oneself, one's team for a lead, all for an admin.
    "users:person_absences": Access(read=HANDLERS | ADMINS, write=HANDLERS | ADMINS),
    "users:person_new": Access(read=ADMINS, write=ADMINS),
}
