"""Who may read the law. Everybody who works here."""

from __future__ import annotations

from users.policy import EVERYONE, Access

ROUTES: dict[str, Access] = {
    "rules:list": Access(read=EVERYONE),
    "rules:rule": Access(read=EVERYONE),
    "rules:calendars": Access(read=EVERYONE),
    "rules:calendar": Access(read=EVERYONE),
}
