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


ROUTES: dict[str, Access] = {}
