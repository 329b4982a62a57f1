"""The firm's entities, and the days on which each is open."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from complaints.errors import Refused
from complaints.forms.respondents import AS_THE_LAW, OpenDaysForm
from complaints.models import Respondent
from complaints.services.respondents import set_open_days
from complaints.views import StaffRequest
from regulations.reading import calendar_name


@require_safe
def respondents(request: StaffRequest) -> HttpResponse:
    """List the entities with their opening days."""
    told = [
        (one, calendar_name(one.open_days) if one.open_days else AS_THE_LAW)
        for one in Respondent.objects.order_by("name")
    ]
    return render(request, "complaints/respondents.html", {"respondents": told})


@require_http_methods(["GET", "HEAD", "POST"])
def respondent(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask on which days an entity is open, and let its open complaints follow."""
    found = get_object_or_404(Respondent, pk=pk)
    form = OpenDaysForm(request.POST or None, initial={"calendar": found.open_days})
    if request.method != "POST" or not form.is_valid():
        return render(request, "complaints/respondent.html", {"form": form, "respondent": found})
    try:
        done = set_open_days(found.pk, **form.cleaned_data, actor=request.user, at=timezone.now())
    except Refused as refused:
        form.add_error(None, str(refused))
        return render(request, "complaints/respondent.html", {"form": form, "respondent": found}, status=409)
    messages.success(
        request, f"{found.name} is saved. Open complaints told: {done.complaints}; clocks changed on {done.changed}."
    )
    if done.set_aside:
        messages.error(request, f"{done.set_aside} complaints keep their clocks: they could not be worked out.")
    return redirect("complaints:respondents")
