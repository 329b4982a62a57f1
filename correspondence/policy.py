"""Who may see the outbox."""

from __future__ import annotations

from users.policy import ADMINS, Access

ROUTES: dict[str, Access] = {
    "correspondence:outbox": Access(read=ADMINS),
    "correspondence:mail": Access(read=ADMINS),
    "correspondence:mail_pdf": Access(read=ADMINS),
}
