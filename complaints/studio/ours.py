"""The targets of our own in the studio: kept apart from the law's pages, changed by the same two people."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from complaints.models import Category, Complaint
from complaints.services.targets import derive_targets
from complaints.studio.forms import TargetForm
from regulations import books, engine
from regulations.engine.targets import Run, compiled
from regulations.models import Draft, DraftKind, DraftState, TargetVersion
from regulations.studio import drafts
from regulations.studio.found import problems, words_of
from regulations.studio.laws import law_with
from regulations.studio.publishing import as_version
from regulations.studio.targets import target_words
from regulations.studio.texts import Problem, TextProblem, line_of
from users.errors import Refused
from users.models import Role
from users.requests import StaffRequest

BLANK = """key = "{key}"
title = "{title}"
starts = ["received"]
met_by = ["final_sent", "summary_sent"]
length = "20bd"
time = "team"
pauses = ["awaiting_customer", "awaiting_third_party"]
# Leave out what is for all: teams, products, jurisdictions.
"""


@require_safe
def ours(request: StaffRequest) -> HttpResponse:
    """Show our own targets, and where a new one begins."""
    return ours_page(request)


def ours_page(request: StaffRequest, *, problems: list[Problem] | None = None, status: int = 200) -> HttpResponse:
    """Answer with the page of targets, and with what was wrong with a text that was brought."""
    newest = {row.key: row for row in TargetVersion.objects.order_by("key", "version")}
    context = {
        "targets": [(row, target_words(row.definition), compiled(row.definition).in_use) for row in newest.values()],
        "drafts": Draft.objects.filter(state=DraftState.OPEN, kind=DraftKind.TARGET).select_related("author"),
        "may_write": request.user.role == Role.ADMIN, "problems": problems or [],
    }  # fmt: skip
    return render(request, "studio/ours.html", context, status=status)


@require_POST
def new_target(request: StaffRequest) -> HttpResponse:
    """Begin the draft of a target, from a file or from its name."""
    form = TargetForm(request.POST, request.FILES)
    if not form.is_valid():
        said = [Problem(0, str(words)) for found in form.errors.values() for words in found]
        return ours_page(request, problems=said, status=400)
    try:
        text = form.text() or BLANK.format(key=form.cleaned_data["key"], title=form.cleaned_data["title"])
        made = drafts.start_new_target(text, actor=request.user, at=timezone.now())
    except TextProblem as problem:
        return ours_page(request, problems=problem.problems, status=400)
    messages.success(request, f"The draft of {made.key} is begun. Nothing runs until a second admin publishes it.")
    return redirect("studio:draft", pk=made.pk)


def wrong_with(draft: Draft) -> list[Problem]:
    """Return what must be put right before the draft can be published, what it is for included."""
    found = problems(draft)
    if found or draft.kind != DraftKind.TARGET:
        return found
    known = set(Category.objects.values_list("product", flat=True).distinct())
    return [
        Problem(line_of(draft.text, product), f"There is no product {product}. The products are {', '.join(sorted(known))}.")
        for product in sorted(compiled(words_of(draft)).products - known)
    ]  # fmt: skip


def refuse_unknown(pk: int) -> None:
    """Raise Refused when the draft is for a product nobody complains about."""
    draft = Draft.objects.filter(pk=pk, kind=DraftKind.TARGET, state=DraftState.OPEN).first()
    if draft is not None and (found := wrong_with(draft)):
        raise Refused(f"The draft cannot be published: {found[0].words}")


def touched(draft: Draft) -> int:
    """Return how many open complaints the target would be for."""
    return _for(draft).count()


def _for(draft: Draft) -> QuerySet[Complaint]:
    target = compiled(words_of(draft))
    found = Complaint.objects.filter(has_ended=False).filter(imported=False)
    if not target.in_use:
        return found.none()
    asked = {
        "team__name__in": target.teams, "category__product__in": target.products,
        "respondent__jurisdiction__in": target.jurisdictions,
    }  # fmt: skip
    return found.filter(**{name: sorted(chosen) for name, chosen in asked.items() if chosen})


def try_target(complaint: Complaint, draft: Draft) -> list[dict[str, Any]]:
    """Return the target on one complaint now and with the draft. Raises Refused with a sentence."""
    law = books.current()
    try:
        after = law_with(as_version(draft, words_of(draft)), base=law)
    except (TextProblem, engine.EngineError) as problem:
        raise Refused(f"It cannot be tried: {problem}") from problem
    story = list(complaint.story.order_by("seq"))
    old, new = (
        next((run for run in derive_targets(complaint, story, one) if run.target.key == draft.key), None)
        for one in (law, after)
    )
    return [_line(old, new)] if old or new else []


def _line(before: Run | None, after: Run | None) -> dict[str, Any]:
    shown = after or before
    assert shown is not None
    moved = before is None or after is None or before.ends_at != after.ends_at
    return {
        "title": shown.target.title, "rule": "Ours, not the law's", "before": before, "after": after, "moved": moved,
    }  # fmt: skip
