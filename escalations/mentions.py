"""Who was named in a note finds it on the bell. The room below wrote a row; here it is found."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from complaints import policy
from complaints.models import Mention
from complaints.services.sets import insert
from escalations.models import Notice

BATCH = 500


@transaction.atomic
def tell_of_mentions(now: datetime) -> int:
    """Put a line on the bell of everybody who was named and not yet told; return how many rows were seen to."""
    # The rows' lock makes two workers tell different people; the notice's key makes a repeat harmless.
    waiting = Mention.objects.select_for_update(skip_locked=True, of=("self",)).filter(told_at=None)
    rows = list(waiting.select_related("user", "complaint", "entry__actor").order_by("pk")[:BATCH])
    # The complaint may have moved to another team meanwhile: who may not see it now learns nothing of it.
    heard = [row for row in rows if policy.is_visible(row.user, row.complaint)]
    insert(
        Notice,
        {
            "user_id": [row.user_id for row in heard],
            "complaint_id": [row.complaint_id for row in heard],
            # The words of the note stay in the case, where its policy guards them.
            "text": [
                f"{row.complaint.reference}: {row.entry.actor or 'Somebody'} named you in a note." for row in heard
            ],
            "dedupe_key": [f"mention-{row.pk}" for row in heard],
            "created_at": now,
        },
        or_leave=True,
    )
    Mention.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=now)
    return len(rows)
