"""The bell, and how a person wants to be told by mail."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.errors import NotVisible
from correspondence import bounces, wishes
from escalations import bell, policy, queues
from escalations.forms import MailWishForm
from escalations.models import Notice
from escalations.notices import mark_all_read, mark_read
from users.requests import StaffRequest


@require_GET
def notices(request: StaffRequest) -> HttpResponse:
    """Show what this person was told: what is unread, or all of it."""
    before, everything = request.GET.get("before", ""), request.GET.get("show") == "all"
    told = bell.page(
        request.user, unread=not everything, before=int(before) if before.isdecimal() and len(before) < 18 else 0
    )
    context = {"told": told, "everything": everything, "unread": queues.unread(request.user), "now": timezone.now(),
               "may_read": request.user.role in policy.RECEIVERS}  # fmt: skip
    return render(request, "escalations/notices.html", context)


@require_POST
def notice_open(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a notice off the bell and go to what it is about."""
    return redirect(bell.leads_to(mark_read(_mine(request, pk), at=timezone.now())))


@require_POST
def notice_read(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one notice off the bell."""
    mark_read(_mine(request, pk), at=timezone.now())
    return redirect("escalations:notices")


@require_POST
def notices_read(request: StaffRequest) -> HttpResponse:
    """Empty the bell."""
    mark_all_read(request.user, at=timezone.now())
    return redirect("escalations:notices")


@require_http_methods(["GET", "HEAD", "POST"])
def mail_wish(request: StaffRequest) -> HttpResponse:
    """Ask how this person wants to be told by mail, and say whether mail reaches them."""
    wish = wishes.wish_of(request.user)
    initial = {name: getattr(wish, name) for name in ("how", "morning", "quiet_from", "quiet_until")}
    form = MailWishForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        wishes.choose(person=request.user, **form.cleaned_data)
        messages.success(request, "Your choice is saved. It holds for what happens from now on.")
        return redirect("escalations:mail_wish")
    context = {"form": form, "bad": bounces.known(request.user.email)}
    return render(request, "escalations/mail_wish.html", context, status=422 if form.is_bound else 200)


@require_POST
def my_address(request: StaffRequest) -> HttpResponse:
    """Let mail go to this person's own address again."""
    bounces.clear(request.user.email, actor=request.user, at=timezone.now())
    messages.success(request, "Mail goes to your address again.")
    return redirect("escalations:mail_wish")


def _mine(request: StaffRequest, pk: int) -> Notice:
    notice = policy.notices(request.user).select_related("complaint").filter(pk=pk).first()
    if notice is None:
        raise NotVisible("This notice does not exist.")
    return notice
