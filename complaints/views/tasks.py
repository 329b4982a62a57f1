"""Tasks to other teams: what I am asked, what I asked, and one of them with what may be done about it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from complaints import policy
from complaints.errors import Refused
from complaints.forms.tasks import TaskForm
from complaints.models import Task
from complaints.services import tasks as services
from complaints.views import StaffRequest
from complaints.views.files import handed_out
from users.models import User

# More than this nobody works off in a day; the soonest come first.
SHOWN = 100
ONE_ROW = ("complaint__respondent", "complaint__category", "complaint__complainant", "team", "person", "asked_by",
           "accepted_by", "settled_by")  # fmt: skip
ACTS: dict[str, Callable[..., Task]] = {
    "answer": services.answer,
    "decline": services.decline,
    "cancel": services.cancel,
}


@require_safe
def tasks(request: StaffRequest) -> HttpResponse:
    """Show what this person is asked, soonest first, and what they asked of others."""
    rows = Task.objects.filter(settled_at=None).select_related(*ONE_ROW)
    context = {
        "mine": rows.filter(policy.asked_of(request.user))[:SHOWN],
        "asked": rows.filter(asked_by=request.user, complaint__in=policy.visible(request.user))[:SHOWN],
        "most": SHOWN,
        "now": timezone.now(),
    }
    return render(request, "complaints/tasks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one task with what it gives of the case; accept, answer, decline or cancel it."""
    found = _seen(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _show(request, found, TaskForm())
    act, now = request.POST.get("act", ""), timezone.now()
    form = TaskForm(request.POST, request.FILES)
    try:
        if act == "accept":
            services.accept(pk, actor=request.user, at=now)
        elif act not in ACTS:
            raise Refused("Choose what to do with the task.")
        elif not form.is_valid():
            return _show(request, found, form, act=act)
        else:
            file = {"file": form.cleaned_data["file"]} if act == "answer" else {}
            ACTS[act](pk, text=form.cleaned_data["text"], **file, actor=request.user, at=now)
    except Refused as refused:
        return _show(request, found, form, act=act, status=409, refused=str(refused))
    messages.success(request, "Saved. It stands in the story of the complaint.")
    return redirect("complaints:task", pk)


@require_safe
def task_file(request: StaffRequest, pk: int, file: int) -> FileResponse:
    """Hand out a file that the task gives to those asked."""
    found = _seen(request.user).filter(pk=pk).first()
    kept = found.files.filter(pk=file).first() if found else None
    if kept is None:
        raise Http404
    return handed_out(kept)


def _seen(user: User) -> QuerySet[Task]:
    return policy.tasks(user).select_related(*ONE_ROW)


def _show(
    request: StaffRequest, found: Task, form: TaskForm, *, act: str = "", status: int = 200, refused: str = ""
) -> HttpResponse:
    user = request.user
    sees = policy.is_visible(user, found.complaint)
    context = {
        "task": found,
        "files": found.files.order_by("pk"),
        "form": form,
        "act": act,
        "refused": refused,
        "sees": sees,
        "is_asked": policy.is_asked(user, found),
        "may_cancel": sees and user.role in policy.ACTIONS["ask"],
        "zone": user.zone,
        "now": timezone.now(),
    }
    return render(request, "complaints/task.html", context, status=status)
