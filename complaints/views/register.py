"""Register a complaint by hand."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from complaints import policy
from complaints.errors import Refused
from complaints.forms.register import RegisterForm
from complaints.models import Complaint, Source
from complaints.services.intake import register as register_complaint
from complaints.views import StaffRequest
from users.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: StaffRequest) -> HttpResponse:
    """Ask for a complaint, take it in, and show its case. A second click shows the same case."""
    now, posted = timezone.now(), request.POST if request.method == "POST" else None
    form = RegisterForm(posted, user=request.user, now=now)
    if posted is None or not form.is_valid():
        return render(request, "complaints/register.html", {"form": form})
    complaint = _made_before(form)
    if complaint is None:
        try:
            complaint = register_complaint(**form.as_service(), actor=request.user, at=now)
        except Refused as refused:
            form.add_error(None, str(refused))
            return render(request, "complaints/register.html", {"form": form}, status=409)
        except IntegrityError:
            complaint = _made_before(form)
    return _shown(request, request.user, complaint)


def _made_before(form: RegisterForm) -> Complaint | None:
    return Complaint.objects.filter(source=Source.STAFF, external_id=form.external_id).first()


def _shown(request: StaffRequest, user: User, complaint: Complaint | None) -> HttpResponse:
    """Go to the case; to the queue when it went straight to another team."""
    if complaint is None:
        messages.error(request, "The complaint could not be saved. Try again.")
        return redirect("complaints:register")
    if policy.is_visible(user, complaint):
        messages.success(request, f"{complaint.reference} is registered. Its clocks are running.")
        return redirect("complaints:case", complaint.reference)
    messages.success(request, f"{complaint.reference} is registered and went to {complaint.team}.")
    return redirect("complaints:queue")
