"""Who may change the law's data: admins. Auditors read what they did."""

from __future__ import annotations

from users.models import Role
from users.policy import ADMINS, Access

READERS = ADMINS | {Role.AUDITOR}
ROUTES: dict[str, Access] = {
    "studio:home": Access(read=READERS),
    "studio:history": Access(read=READERS),
    "studio:export": Access(read=READERS),
    "studio:ours": Access(read=READERS),
    "studio:new_target": Access(write=ADMINS),
    "studio:start": Access(write=ADMINS),
    "studio:bring": Access(write=ADMINS),
    "studio:sign_off": Access(write=ADMINS),
    "studio:confirm": Access(write=ADMINS),
    "studio:day": Access(write=ADMINS),
    "studio:draft": Access(read=READERS, write=ADMINS),
    "studio:check": Access(write=ADMINS),
    "studio:discard": Access(write=ADMINS),
    "studio:publish": Access(write=ADMINS),
    "studio:rehearse": Access(write=ADMINS),
    "studio:rehearsal": Access(read=READERS),
}
