"""Who was named in a note finds it on the bell and in the mail as they chose. The room below wrote a row; here it is found."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from complaints import policy
from complaints.models import Mention
from escalations.lines import Line, tell_lines

BATCH = 500


@transaction.atomic
def tell_of_mentions(now: datetime) -> int:
    """Tell everybody who was named and not yet told, on the bell and by mail; return how many rows were seen to."""
    # The rows' lock makes two workers tell different people; the notice's key makes a repeat harmless.
    waiting = Mention.objects.select_for_update(skip_locked=True, of=("self",)).filter(told_at=None)
    rows = list(waiting.select_related("user", "complaint", "entry__actor").order_by("pk")[:BATCH])
    # The complaint may have moved to another team meanwhile: who may not see it now learns nothing of it.
    heard = [row for row in rows if policy.is_visible(row.user, row.complaint)]
    tell_lines([_line(row) for row in heard], at=now)
    Mention.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=now)
    return len(rows)


def _line(row: Mention) -> Line:
    # The words of the note stay in the case, where its policy guards them: not on the bell, and not in a mail.
    reference = row.complaint.reference
    return Line(
        row.user, f"mention-{row.pk}", f"{reference}: {row.entry.actor or 'Somebody'} named you in a note.",
        f"Named in a note: {reference}", reverse("complaints:case", args=[reference]), row.complaint_id,
    )  # fmt: skip
