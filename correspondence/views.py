"""The outbox: what was mailed, what waits, what failed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from correspondence.models import MailState, OutboundMail

PAGE = 50


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first, keyset paged."""
    found = OutboundMail.objects.defer("body").order_by("-pk")
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    if state in MailState.values:
        found = found.filter(state=state)
    if before.isdecimal():
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE + 1])
    context = {"mails": rows[:PAGE], "more": rows[PAGE - 1].pk if len(rows) > PAGE else None, "state": state,
               "states": MailState.choices}  # fmt: skip
    return render(request, "correspondence/outbox.html", context)


@require_safe
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a mail as it was or will be sent."""
    return render(request, "correspondence/mail.html", {"mail": get_object_or_404(OutboundMail, pk=pk)})


@require_safe
def mail_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the letter that went with a mail."""
    letter = get_object_or_404(OutboundMail.objects.select_related("letter"), pk=pk).letter
    if letter is None or not letter.pdf:
        raise Http404
    answer = HttpResponse(bytes(letter.pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{letter.case_reference}.pdf"'
    return answer
