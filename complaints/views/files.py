"""Files of the case: looked at in place where that is safe, and handed out to save."""

from __future__ import annotations

from base64 import b64encode

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.casefile import open_case
from complaints.drawing import page_of
from complaints.models import Attachment, Complaint
from complaints.views import StaffRequest

# Of a longer text the beginning is shown.
TEXT = 100_000


def _file(complaint: Complaint, pk: int) -> Attachment:
    found = complaint.attachments.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
def attachment(request: StaffRequest, reference: str, pk: int) -> FileResponse:
    """Hand out a file to save; a browser may not run it or guess its type. Only a picture may stand in a page."""
    found = _file(open_case(request.user, reference), pk)
    return handed_out(found, inside="inside" in request.GET and found.media_type.startswith("image/"))


def handed_out(found: Attachment, *, inside: bool = False) -> FileResponse:
    """Return a file to save, whoever it was that may have it; `inside` lets it stand in a page."""
    answer = FileResponse(found.file.open("rb"), as_attachment=not inside, filename=found.name)
    answer["Content-Type"] = found.media_type
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_safe
def look(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Show a picture, the pages of a PDF drawn by us, or a text as text; the rest is offered to save."""
    complaint = open_case(request.user, reference)
    found, asked = _file(complaint, pk), request.GET.get("page", "1")
    page = int(asked) if asked.isdecimal() and 0 < len(asked) < 5 else 1
    kind = found.media_type.partition("/")[0]
    context: dict[str, object] = {"complaint": complaint, "kept": found, "kind": kind, "page": page}
    if kind == "text":
        context["text"] = _text(found)
    elif found.media_type == "application/pdf":
        with found.file.open("rb") as file:
            drawn = page_of(file.read(), page)
        context |= {"kind": "pdf", "drawn": b64encode(drawn).decode() if drawn else ""}
    return render(request, "complaints/look.html", context)


def _text(found: Attachment) -> str:
    """Return the beginning of a text, read as UTF-8 where it is, else as the old encoding that reads everything."""
    with found.file.open("rb") as file:
        content = file.read(TEXT)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        # A character cut in half by the limit is no sign of another encoding.
        return (
            content.decode(errors="ignore") if error.start > len(content) - 4 else content.decode("cp1252", "replace")
        )
