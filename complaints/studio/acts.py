"""What an admin does in the studio. Each act answers with the page on which its effect is seen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from complaints.studio import rehearsing
from complaints.studio.forms import BringForm, ConfirmForm, DayForm, PublishForm, SignOffForm, StartForm
from complaints.studio.ours import refuse_unknown
from complaints.studio.views import home_page
from regulations.studio import confirming, drafts, publishing
from regulations.studio.confirming import spans
from regulations.studio.texts import Problem, TextProblem
from users.errors import Refused
from users.requests import StaffRequest


@require_POST
def start(request: StaffRequest) -> HttpResponse:
    """Begin a draft of a published rule or calendar, or of an older version of it."""
    asked = _asked(StartForm(request.POST))
    made = drafts.start(asked["kind"], asked["key"], back_to=asked["back_to"], actor=request.user, at=timezone.now())
    return redirect("studio:draft", pk=made.pk)


@require_POST
def bring(request: StaffRequest) -> HttpResponse:
    """Begin a draft from a file; say at which line it cannot be read."""
    form = BringForm(request.POST, request.FILES)
    if not form.is_valid():
        return home_page(
            request, problems=[Problem(0, str(words)) for words in form.errors.get("file", [])], status=400
        )
    try:
        made = drafts.start_new(form.text(), actor=request.user, at=timezone.now())
    except TextProblem as problem:
        return home_page(request, problems=problem.problems, status=400)
    except forms.ValidationError as error:
        return home_page(request, problems=[Problem(0, words) for words in error.messages], status=400)
    return redirect("studio:draft", pk=made.pk)


@require_POST
def day(request: StaffRequest) -> HttpResponse:
    """Begin the draft that closes or opens one day of a calendar."""
    asked = _asked(DayForm(request.POST))
    made = drafts.change_day(
        asked["key"], on=asked["on"], name=asked["name"], reason=asked["reason"], actor=request.user, at=timezone.now()
    )
    return redirect("studio:draft", pk=made.pk)


@require_POST
def confirm(request: StaffRequest) -> HttpResponse:
    """Record that somebody compared years of a calendar with the official list."""
    asked = _asked(ConfirmForm(request.POST))
    made = confirming.confirm(**asked, actor=request.user, at=timezone.now())
    messages.success(request, f"{spans(one.year for one in made)} of {asked['key']} is confirmed in your name.")
    return redirect("studio:history", kind="calendar", key=asked["key"])


@require_POST
def sign_off(request: StaffRequest) -> HttpResponse:
    """Begin the draft that lets the product act on a rule of a secondary source."""
    asked = _asked(SignOffForm(request.POST))
    made = drafts.sign_off(asked["key"], reason=asked["reason"], actor=request.user, at=timezone.now())
    return redirect("studio:draft", pk=made.pk)


@require_POST
def rehearse(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for a rehearsal; the worker does it."""
    rehearsing.ask(pk, actor=request.user, at=timezone.now())
    return redirect(f"/studio/drafts/{pk}#rehearsal")


@require_POST
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Publish what somebody else wrote."""
    asked = _asked(PublishForm(request.POST))
    refuse_unknown(pk)
    made = publishing.publish(pk, from_on=asked["from_on"], actor=request.user, at=timezone.now())
    messages.success(request, f"{made} is published. Open complaints follow it within seconds.")
    return redirect("studio:draft", pk=pk)


@require_POST
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    gone = drafts.discard(pk, actor=request.user, at=timezone.now())
    messages.success(request, f"The draft of {gone.key} is discarded. Its words stay on the record.")
    return redirect("studio:home")


def _asked(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise Refused(" ".join(str(words) for found in form.errors.values() for words in found))
    return form.cleaned_data
