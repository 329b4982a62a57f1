"""Read notices go after their time. What nobody has read stays, however old."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from correspondence.purging import in_batches, purge_deliveries, purge_mail
from escalations.models import Notice


def purge(now: datetime) -> dict[str, int]:
    """Remove what is finished and older than the settings say; return how many of each."""
    return {
        "deliveries": purge_deliveries(now),
        "mails": purge_mail(now),
        "notices": in_batches(Notice.objects.filter(read_at__isnull=False), "read_at", settings.KEEP_NOTICES_DAYS, now),
    }
