"""The pages of the escalation policy's studio: what is in force, what is being written, and what it would raise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.services.once import done_here
from complaints.studio.forms import BringForm, WriteForm
from escalations.models import PolicyRehearsal
from escalations.studio import publishing, rehearsing
from escalations.studio.showing import show
from escalations.studio.versions import KEY, NAME, in_words, problems, version, versions
from regulations.models import Change, Draft, DraftKind, DraftState
from regulations.studio import drafts
from regulations.studio.texts import Problem, TextProblem
from regulations.studio.wording import changes
from users.errors import Refused
from users.models import Role
from users.requests import StaffRequest

RECENT = 40


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Show the policy in force in plain words, its versions, and what was done to it."""
    return _home(request)


def _home(request: StaffRequest, *, problems: Sequence[Problem] = (), status: int = 200) -> HttpResponse:
    found = versions()
    told = [
        (one, changes(in_words(before.text), in_words(one.text)) if before else [])
        for one, before in zip(found, [*found[1:], None], strict=True)
    ]
    context = {
        "name": NAME, "versions": told, "newest": found[0], "sentences": in_words(found[0].text), "problems": problems,
        "open_draft": _drafts().filter(state=DraftState.OPEN).first(), "record": _record(),
        "may_write": request.user.role == Role.ADMIN,
    }  # fmt: skip
    return render(request, "escalations/studio/home.html", context, status=status)


@require_POST
def start(request: StaffRequest) -> HttpResponse:
    """Begin a draft of the policy, or of an older version of it."""
    asked = request.POST.get("back_to", "")
    back_to = int(asked) if asked.isdecimal() and len(asked) < 6 else None
    made = publishing.start(back_to=back_to, actor=request.user, at=timezone.now())
    return redirect("escalation_policy:draft", pk=made.pk)


@require_POST
def bring(request: StaffRequest) -> HttpResponse:
    """Begin a draft from a file; say at which line it cannot be read."""
    form = BringForm(request.POST, request.FILES)
    if not form.is_valid():
        return _home(request, problems=[Problem(0, str(words)) for words in form.errors.get("file", [])], status=400)
    try:
        made = publishing.start_from(form.text(), actor=request.user, at=timezone.now())
    except TextProblem as problem:
        return _home(request, problems=problem.problems, status=400)
    except forms.ValidationError as error:
        return _home(request, problems=[Problem(0, words) for words in error.messages], status=400)
    return redirect("escalation_policy:draft", pk=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a draft, what it changes and what it would raise; keep what was typed."""
    found = get_object_or_404(_drafts(), pk=pk)
    if request.method != "POST":
        return _draft_page(request, found)
    form = WriteForm(request.POST)
    form.is_valid()
    text, reason = form.cleaned_data.get("text", ""), form.cleaned_data.get("reason", "")
    opened = parse_datetime(form.cleaned_data.get("changed_at", ""))
    try:
        found = drafts.save(
            pk, text=text, reason=reason, enforced=False, changed_at=opened, actor=request.user, at=timezone.now()
        )
    except Refused as refused:
        # What was typed stays on the page; the draft itself is as the other person left it.
        found.text, found.reason = text, reason
        return _draft_page(request, found, refused=str(refused), status=409)
    return done_here(_draft_page(request, found, kept=True))


def _draft_page(
    request: StaffRequest, found: Draft, *, refused: str = "", kept: bool = False, status: int = 200
) -> HttpResponse:
    is_open = found.state == DraftState.OPEN
    rehearsal = PolicyRehearsal.objects.filter(draft=found).select_related("asked_by").first()
    context = {
        "draft": found, "name": NAME, "is_open": is_open, "refused": refused, "kept": kept,
        "may_write": is_open and request.user.role == Role.ADMIN, "record": _record(),
        "publish_refusal": publishing.refusal(found, actor=request.user) if is_open else "",
        "unready": publishing.unready(found) if is_open else "", **_checked(found), **_rehearsed(rehearsal, found),
    }  # fmt: skip
    return render(request, "escalations/studio/draft.html", context, status=status)


@require_POST
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what is wrong with words that are being typed, and what they change. Nothing is kept."""
    found = get_object_or_404(_drafts(), pk=pk)
    found.text = request.POST.get("text", "").replace("\r\n", "\n")[: drafts.LONGEST]
    return render(request, "studio/_checked.html", {"draft": found, **_checked(found)})


@require_POST
def rehearse(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for a rehearsal; the worker does it."""
    rehearsing.ask(pk, actor=request.user, at=timezone.now())
    return redirect(f"/studio/policy/drafts/{pk}#rehearsal")


@require_safe
def rehearsal(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how far a rehearsal is, or what it found."""
    found = get_object_or_404(PolicyRehearsal.objects.select_related("draft", "asked_by"), pk=pk)
    part = "_rehearsal" if request.headers.get("HX-Request") else "rehearsal"
    context = {"draft": found.draft, "name": NAME, **_rehearsed(found, found.draft)}
    return render(request, f"escalations/studio/{part}.html", context)


@require_POST
def publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Publish what somebody else wrote."""
    made = publishing.publish(pk, actor=request.user, at=timezone.now())
    messages.success(request, f"{made} is published. Open complaints follow it within seconds.")
    return redirect("escalation_policy:draft", pk=pk)


@require_safe
def export(request: StaffRequest) -> HttpResponse:
    """Give the policy as a TOML file: the newest version, or the one asked for."""
    asked = request.GET.get("version", "")
    found = version(int(asked)) if asked.isdecimal() and len(asked) < 6 else versions()[0]
    return HttpResponse(
        found.text, content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="escalation-policy-{found.number}.toml"'},
    )  # fmt: skip


def _drafts() -> Any:
    return Draft.objects.filter(kind=DraftKind.POLICY).select_related("author", "published_by")


def _record() -> Any:
    return Change.objects.filter(kind=DraftKind.POLICY, key=KEY).select_related("actor")[:RECENT]


def _checked(found: Draft) -> dict[str, Any]:
    """What is wrong with the words, and what they change, in words and as text."""
    base = next((one for one in versions() if one.number == found.base_version), versions()[0])
    wrong = problems(found) if found.state == DraftState.OPEN else []
    return {
        "problems": wrong, "base": base,
        "in_words": [] if wrong else changes(in_words(base.text), in_words(found.text)),
        "as_text": changes(base.text.splitlines(), found.text.splitlines()),
    }  # fmt: skip


def _rehearsed(rehearsal: PolicyRehearsal | None, found: Draft) -> dict[str, Any]:
    if rehearsal is None:
        return {"rehearsal": None}
    current = found.state != DraftState.OPEN or rehearsing.is_current(rehearsal, found)
    return {"rehearsal": rehearsal, "shown": show(rehearsal), "current": current}
