"""The pages of the studio: what is being changed, what it would do, and what was changed before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.casefile import open_case
from complaints.models import Rehearsal
from complaints.services.once import done_here
from complaints.studio.forms import WriteForm
from complaints.studio.ours import touched, try_target, wrong_with
from complaints.studio.rehearsing import Tried, is_current, try_on
from complaints.studio.showing import show
from regulations.engine import Clock
from regulations.models import CalendarVersion, Change, Draft, DraftKind, DraftState, RuleVersion, TargetVersion
from regulations.reading import calendar_name
from regulations.studio import drafts
from regulations.studio.confirming import years_of
from regulations.studio.found import (
    Version,
    begun_from,
    exported,
    newest,
    notes,
    text_of,
    version,
    versions,
)
from regulations.studio.publishing import refusal, unready
from regulations.studio.texts import Problem, TextProblem, words_in
from regulations.studio.wording import Pair, changes, in_words
from users.errors import NotVisible, Refused
from users.models import Role
from users.requests import StaffRequest

RECENT, NEWEST = 40, 8


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Show open drafts, what can be changed, and what was changed lately."""
    return home_page(request)


def home_page(request: StaffRequest, *, problems: Sequence[Problem] = (), status: int = 200) -> HttpResponse:
    """Answer with the front page, and with what was wrong with a file that was brought."""
    rules = {row.rule: row for row in RuleVersion.objects.order_by("rule", "version")}
    calendars = {row.key: row for row in CalendarVersion.objects.order_by("key", "version")}
    context = {
        "drafts": Draft.objects.filter(state=DraftState.OPEN).select_related("author"),
        "changes": Change.objects.select_related("actor")[:NEWEST],
        "rules": rules.values(), "calendars": [(row, calendar_name(row.key)) for row in calendars.values()],
        "unsigned": [row for row in rules.values() if row.source_status == "secondary" and not row.enforced],
        "may_write": request.user.role == Role.ADMIN, "problems": problems,
        "targets": TargetVersion.objects.values("key").distinct().count(),
    }  # fmt: skip
    return render(request, "studio/home.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a draft, what it changes and what it would do; keep what was typed."""
    found = get_object_or_404(Draft.objects.select_related("author", "published_by"), pk=pk)
    if found.kind == DraftKind.POLICY:
        # Written in the room above; the list of drafts here knows only numbers.
        return redirect("escalation_policy:draft", pk=pk)
    if request.method != "POST":
        return _draft_page(request, found)
    form = WriteForm(request.POST)
    form.is_valid()
    asked = form.cleaned_data
    typed = {"text": asked.get("text", ""), "reason": asked.get("reason", ""), "enforced": asked.get("enforced", False)}
    opened: datetime | None = parse_datetime(asked.get("changed_at", ""))
    try:
        found = drafts.save(pk, **typed, changed_at=opened, actor=request.user, at=timezone.now())
    except Refused as refused:
        # What was typed stays on the page; the draft itself is as the other person left it.
        found.text, found.reason, found.enforced = typed["text"], typed["reason"], typed["enforced"]
        return _draft_page(request, found, refused=str(refused), status=409)
    return done_here(_draft_page(request, found, kept=True))


def _draft_page(
    request: StaffRequest, found: Draft, *, refused: str = "", kept: bool = False, status: int = 200
) -> HttpResponse:
    rehearsal = found.rehearsals.select_related("asked_by").first()  # type: ignore[attr-defined]
    tried, try_problem = _tried(request, found)
    is_open = found.state == DraftState.OPEN
    checked = _checked(found)
    context = {
        "draft": found, "name": _name(found.kind, found.key), "is_open": is_open,
        "touched": touched(found) if found.kind == DraftKind.TARGET and is_open and not checked["problems"] else None,
        "may_write": is_open and request.user.role == Role.ADMIN, "refused": refused, "kept": kept,
        "publish_refusal": (refusal(found, actor=request.user) or "") if is_open else "",
        "unready": _unready(found, checked["problems"]) if is_open else "", "tried": tried, "try_problem": try_problem,
        "asked_for": request.GET.get("try", ""),
        "record": Change.objects.filter(kind=found.kind, key=found.key).select_related("actor")[:RECENT],
        **checked, **_rehearsed(rehearsal, found),
    }  # fmt: skip
    return render(request, "studio/draft.html", context, status=status)


def _unready(found: Draft, wrong: Sequence[Problem]) -> str:
    """Why nobody can publish the draft now, products nobody knows included."""
    return unready(found) or (f"The draft cannot be published: {wrong[0].words}" if wrong else "")


def _checked(found: Draft) -> dict[str, Any]:
    """What is wrong with the words, and what they change, in words and as text."""
    base = next((one for one in versions(found.kind, found.key) if one.version == found.base_version), None)
    wrong = wrong_with(found) if found.state == DraftState.OPEN else []
    try:
        after = [] if wrong else in_words(found.kind, words_in(found.text))
    except (TextProblem, KeyError, TypeError):
        after = []
    before = _told(found.kind, base)
    return {
        "problems": wrong, "base": base, "in_words": changes(before, after) if after else [],
        "as_text": changes(begun_from(base, base).splitlines(), found.text.splitlines()),
        "notes": notes(found) if found.state == DraftState.OPEN else [],
    }  # fmt: skip


def _told(kind: str, one: Version | None) -> list[str]:
    return in_words(kind, words_in(text_of(one))) if one is not None else []


def _rehearsed(rehearsal: Rehearsal | None, found: Draft) -> dict[str, Any]:
    if rehearsal is None:
        return {"rehearsal": None}
    current = found.state != DraftState.OPEN or is_current(rehearsal, found)
    return {"rehearsal": rehearsal, "shown": show(rehearsal) if rehearsal.is_done else None, "current": current}


def _tried(request: StaffRequest, found: Draft) -> tuple[dict[str, Any] | None, str]:
    """What the draft makes of the one case that was asked for."""
    reference = request.GET.get("try", "").strip().upper()
    if not reference:
        return None, ""
    try:
        complaint = open_case(request.user, reference)
        if found.kind == DraftKind.TARGET:
            return {"reference": reference, "lines": try_target(complaint, found)}, ""
        tried = try_on(complaint, found)
    except NotVisible:
        return None, f"There is no complaint {reference}."
    except Refused as refused:
        return None, str(refused)
    return {"reference": reference, "lines": _lines(tried)}, ""


def _lines(tried: Tried) -> list[dict[str, Any]]:
    old = {(one.rule, one.obligation): one for one in tried.before}
    new = {(one.rule, one.obligation): one for one in tried.after}
    lines = [_line(old.get(pair), new.get(pair)) for pair in [*old, *(pair for pair in new if pair not in old)]]
    return sorted(lines, key=lambda line: not line["moved"])


def _line(before: Clock | None, after: Clock | None) -> dict[str, Any]:
    shown = after or before
    assert shown is not None
    moved = before is None or after is None or before.ends_at != after.ends_at
    return {"title": shown.title, "rule": shown.rule, "before": before, "after": after, "moved": moved}


@require_POST
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what is wrong with words that are being typed, and what they change. Nothing is kept."""
    found = get_object_or_404(Draft, pk=pk)
    found.text = request.POST.get("text", "").replace("\r\n", "\n")[: drafts.LONGEST]
    return render(request, "studio/_checked.html", {"draft": found, **_checked(found)})


@require_safe
def rehearsal(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how far a rehearsal is, or what it found."""
    found = get_object_or_404(Rehearsal.objects.select_related("draft", "asked_by"), pk=pk)
    context = {"draft": found.draft, "name": _name(found.draft.kind, found.draft.key), **_rehearsed(found, found.draft)}
    return render(
        request, "studio/_rehearsal.html" if request.headers.get("HX-Request") else "studio/rehearsal.html", context
    )


@require_safe
def history(request: StaffRequest, kind: str, key: str) -> HttpResponse:
    """Show every version of a rule or a calendar, with who, when, why and what changed."""
    found = versions(kind, key)
    if not found:
        raise Http404
    told: list[tuple[Version, list[Pair]]] = [
        (one, changes(_told(kind, before), _told(kind, one))) if before else (one, [])
        for one, before in zip(found, [*found[1:], None], strict=True)
    ]
    open_draft = Draft.objects.filter(kind=kind, key=key, state=DraftState.OPEN).select_related("author").first()
    context = {
        "kind": kind, "key": key, "name": _name(kind, key), "versions": told, "newest": found[0], "open_draft": open_draft,
        "record": Change.objects.filter(kind=kind, key=key).select_related("actor"),
        "may_write": request.user.role == Role.ADMIN,
        "years": years_of(found[0]) if isinstance(found[0], CalendarVersion) else [], "this_year": timezone.now().year,
        "unsigned": isinstance(found[0], RuleVersion) and found[0].source_status == "secondary" and not found[0].enforced,
    }  # fmt: skip
    return render(request, "studio/history.html", context)


@require_safe
def export(request: StaffRequest, kind: str, key: str) -> HttpResponse:
    """Give a rule or a calendar as a TOML file: the newest version, or the one asked for."""
    asked = request.GET.get("version", "")
    found = version(kind, key, int(asked)) if asked.isdecimal() and len(asked) < 6 else newest(kind, key)
    if found is None:
        raise Http404
    name = f"{key}-{found.version}.toml"
    return HttpResponse(
        exported(found), content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


def _name(kind: str, key: str) -> str:
    """Return what people call it."""
    if kind == DraftKind.CALENDAR:
        return calendar_name(key)
    known = newest(kind, key)
    return known.title if isinstance(known, (RuleVersion, TargetVersion)) else key
