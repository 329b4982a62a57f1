"""How many acknowledgements one address gets: who can make a house mail strangers must not be able to make it shower them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models.functions import Lower

from correspondence.models import Letter, LetterKind

# Acknowledgements by mail to one address within this time; the next one waits.
MOST, WITHIN = 5, timedelta(hours=1)
WITHHELD = (
    "The acknowledgement was withheld: {number} acknowledgements went to this customer's address within the hour, and one "
    "more would help whoever wants to flood it. Acknowledge it after {free}, or by post if the complaints are real."
)


def withheld(address: str, *, at: datetime) -> str:
    """Return in words why no acknowledgement is mailed to this address now; "" when one may be."""
    if not address:
        return ""
    lately = Letter.objects.annotate(lower_email=Lower("recipient_email")).filter(
        kind=LetterKind.ACKNOWLEDGEMENT, lower_email=address.lower(), sent_at__gt=at - WITHIN, sent_at__lte=at
    )
    sent = sorted(moment for moment in lately.values_list("sent_at", flat=True) if moment)
    if len(sent) < MOST:
        return ""
    # The one that must be an hour old before there is room again.
    free = sent[len(sent) - MOST] + WITHIN
    return WITHHELD.format(number=len(sent), free=f"{free:%H:%M} UTC")
