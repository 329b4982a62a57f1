"""The one clock: the database's. Machines disagree, and a limit must not pass early because one of them is fast."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """Return the database's moment (UTC): what everything that runs by itself goes by, whatever its machine says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def skew() -> float:
    """Return by how many seconds this machine's clock is ahead of the database's; negative when it is behind."""
    return (timezone.now() - now()).total_seconds()
