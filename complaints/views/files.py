"""Files of the case, only ever as a download."""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from complaints.casefile import open_case
from complaints.models import Attachment
from complaints.views import StaffRequest


@require_safe
def attachment(request: StaffRequest, reference: str, pk: int) -> FileResponse:
    """Hand out a file to save; a browser may not show it, run it or guess its type."""
    found = open_case(request.user, reference).attachments.filter(pk=pk).first()
    if found is None:
        raise Http404
    return handed_out(found)


def handed_out(found: Attachment) -> FileResponse:
    """Return a file to save, whoever it was that may have it."""
    answer = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
    answer["Content-Type"] = found.media_type
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
