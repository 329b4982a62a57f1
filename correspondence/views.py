"""The outbox: what was mailed, what waits, what failed."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from correspondence import bounces, services
from correspondence.models import BadAddress, MailState, OutboundMail
from users.models import User

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


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a mail that was given up be tried again."""
    services.send_again(pk, actor=cast(User, request.user), at=timezone.now())
    messages.success(
        request, "The mail is back in the outbox. It goes out within a minute, if the mail server takes it."
    )
    return redirect("correspondence:mail", pk)


@require_safe
def addresses(request: HttpRequest) -> HttpResponse:
    """List the addresses that mail does not reach."""
    found = list(BadAddress.objects.order_by("-since", "-pk"))
    return render(request, "correspondence/addresses.html", {"addresses": found, "now": timezone.now()})


@require_POST
def clear_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Let mail go to an address again."""
    marked = get_object_or_404(BadAddress, pk=pk)
    bounces.clear(marked.address, actor=cast(User, request.user), at=timezone.now())
    messages.success(request, f"Mail goes to {marked.address} again. What was given up is sent again from its page.")
    return redirect("correspondence:addresses")
