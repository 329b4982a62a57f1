"""Who may see the outbox, and send again what was given up."""

from __future__ import annotations

from users.policy import ADMINS, Access

ROUTES: dict[str, Access] = {
    "correspondence:outbox": Access(read=ADMINS),
    "correspondence:mail": Access(read=ADMINS),
    "correspondence:mail_pdf": Access(read=ADMINS),
    "correspondence:send_again": Access(write=ADMINS),
}
