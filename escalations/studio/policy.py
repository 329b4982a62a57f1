"""Who may change the escalation policy: admins. Auditors read what they did."""

from __future__ import annotations

from users.models import Role
from users.policy import ADMINS, Access

READERS = ADMINS | {Role.AUDITOR}
ROUTES: dict[str, Access] = {
    "escalation_policy:home": Access(read=READERS),
    "escalation_policy:export": Access(read=READERS),
    "escalation_policy:start": Access(write=ADMINS),
    "escalation_policy:bring": Access(write=ADMINS),
    "escalation_policy:draft": Access(read=READERS, write=ADMINS),
    "escalation_policy:check": Access(write=ADMINS),
    "escalation_policy:rehearse": Access(write=ADMINS),
    "escalation_policy:rehearsal": Access(read=READERS),
    "escalation_policy:publish": Access(write=ADMINS),
}
