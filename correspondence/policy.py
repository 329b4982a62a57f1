"""Who may see the outbox, send again what was given up, and look after endpoints."""

from __future__ import annotations

from users.policy import ADMINS, Access

ROUTES: dict[str, Access] = {
    "correspondence:outbox": Access(read=ADMINS),
    "correspondence:mail": Access(read=ADMINS),
    "correspondence:mail_pdf": Access(read=ADMINS),
    "correspondence:send_again": Access(write=ADMINS),
    "correspondence:addresses": Access(read=ADMINS),
    "correspondence:clear_address": Access(write=ADMINS),
    "webhooks:list": Access(read=ADMINS),
    "webhooks:new": Access(read=ADMINS, write=ADMINS),
    "webhooks:endpoint": Access(read=ADMINS),
    "webhooks:change": Access(read=ADMINS, write=ADMINS),
    "webhooks:secret": Access(write=ADMINS),
    "webhooks:test": Access(write=ADMINS),
    "webhooks:replay_range": Access(write=ADMINS),
    "webhooks:delivery": Access(read=ADMINS),
    "webhooks:replay": Access(write=ADMINS),
}
