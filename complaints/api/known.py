"""The instant a caller asks about: what was known then, of the story and of the law."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from complaints.api.requests import StaffCall

NAME = "as_known_on"
AS_KNOWN_ON = OpenApiParameter(
    NAME, datetime,
    description="A past instant with its offset. Answers from what was recorded by then, under the law published then.",
)  # fmt: skip
FIRST = datetime(1900, 1, 1, tzinfo=UTC)


def as_known_on(request: StaffCall, *, now: datetime) -> datetime | None:
    """Return the past instant that was asked about, None for now; raise ValidationError with a sentence."""
    text = request.query_params.get(NAME, "")
    if not text:
        return None
    try:
        found = parse_datetime(text)
        if found is None or found.tzinfo is None:
            raise ValidationError({NAME: "Give an instant with its offset, such as 2026-06-01T10:15:00+01:00."})
        if not FIRST < found <= now:
            raise ValidationError({NAME: "What will be known is not known yet. Give an instant that has passed."})
    except (ValueError, OverflowError) as error:
        raise ValidationError({NAME: "There is no such instant."}) from error
    return found
