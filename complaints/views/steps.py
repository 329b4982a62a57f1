"""Every step is a small page of its own: it asks what the step needs, and calls one service."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from complaints import authority, preview
from complaints import steps as known
from complaints.care import warning
from complaints.casefile import last_change, open_case
from complaints.composer import BOXES
from complaints.errors import NotAllowed, Refused, Stale
from complaints.forms.differences import choose, take_over
from complaints.forms.steps import StepForm
from complaints.forms.table import PAGES, StepPage
from complaints.models import Complaint
from complaints.neighbours import trail
from complaints.services import drafts, texts
from complaints.services.gather import final_letter
from complaints.services.mentions import named_in
from complaints.uploads import too_large
from complaints.views import StaffRequest
from users.models import User

# Steps whose effect on the clocks is shown before they are taken.
PREVIEWS = frozenset({"triage", "change_facts", "record_happening", "send_holding_response", "accept_resolution"})

# What the case page offers in place. The service asks the policy.
WITHOUT_BUTTON = {"set_language", "note", "attach", "unlink", "dismiss", "undo_split"}
# Where a standard text goes in the form of a step.
TEXT_FIELDS = {
    **BOXES, "send_holding_response": "reason", "ask_third_party": "question",
}  # fmt: skip
# What a link to a step's page may already know.
GIVEN = {
    "run_macro": ("macro",),
    "merge": ("into",),
    "link": ("other", "kind", "reason"),
    "unlink": ("other",),
    "dismiss": ("other",),
}


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: StaffRequest, reference: str, key: str) -> HttpResponse:
    """Ask for a step and take it; say in a sentence why it is refused."""
    page, now = _page(key), timezone.now()
    complaint = open_case(request.user, reference)
    if request.method != "POST":
        form = page.form(complaint=complaint, user=request.user, now=now, initial=_given(request, key))
        return _ask(request, complaint, key, form, refusal=_refusal(complaint, key, request.user))
    if "insert" in request.POST:
        return _insert(request, complaint, key, now)
    form = page.form(choose(request.POST), request.FILES, complaint=complaint, user=request.user, now=now)
    if reason := too_large(request):
        form.add_error(None, reason)
    if not form.is_valid():
        return _ask(request, complaint, key, form)
    return _take(request, complaint, key, form)


def _take(request: StaffRequest, complaint: Complaint, key: str, form: StepForm) -> HttpResponse:
    """Take the step, or show what it would do to the clocks."""
    page, given, user, at = PAGES[key], form.as_service(), request.user, form.now

    def act() -> Complaint:
        return page.service(complaint.pk, **given, actor=user, at=at)

    try:
        if "preview" in request.POST and key in PREVIEWS:
            return _ask(request, complaint, key, form, effects=preview.of_step(complaint, act, at=at))
        changed = act()
    except Refused as refused:
        return _ask_again(request, complaint, key, form, refused)
    if key in BOXES:
        drafts.drop(complaint, purpose=key, actor=user)
    messages.success(request, f"{page.title}: done.")
    for sentence in named_in(form.cleaned_data["text"], changed).unheard if key == "note" else ():
        messages.warning(request, sentence)
    return redirect(_next(changed, key, trail(request.GET)))


def _insert(request: StaffRequest, complaint: Complaint, key: str, now: datetime) -> HttpResponse:
    """Show the form again with a standard text beneath what was typed; nothing is taken yet."""
    typed = {name: request.POST.get(name, "") for name in PAGES[key].form.base_fields}
    field, status, more = TEXT_FIELDS.get(key, ""), 200, dict[str, object]()
    try:
        found = texts.filled(complaint, text_id=request.POST.get("standard", ""), purpose=key, actor=request.user)
        typed[field] = texts.below(typed[field], found.text)
        more["missing"] = found.missing
    except Refused as refused:
        status, more["refused"] = 409, str(refused)
    form = PAGES[key].form(complaint=complaint, user=request.user, now=now, initial=dict(typed))
    return _ask(request, complaint, key, form, status=status, **more)


def _given(request: StaffRequest, key: str) -> dict[str, object]:
    """Return what the link to this page already knows, such as into which complaint to merge."""
    return {name: request.GET[name][:200] for name in GIVEN.get(key, ()) if name in request.GET}


def _page(key: str) -> StepPage:
    if key not in PAGES:
        raise Http404
    return PAGES[key]


def _refusal(complaint: Complaint, key: str, user: User) -> str:
    """Return why this step is not possible now; "" when it is. Raise NotAllowed when it is not this role's."""
    if key in WITHOUT_BUTTON:
        return ""
    found = next((step for step in known.steps(complaint, user) if step.key == key), None)
    if found is None:
        raise NotAllowed("Your role may not do this. Ask a team lead.")
    if key == "approve" and not found.refusal:
        decision = complaint.decisions.select_related("decided_by").first()
        return authority.refusal_to_approve(complaint, decision, user=user)
    return found.refusal


def _ask(
    request: StaffRequest, complaint: Complaint, key: str, form: StepForm, *, status: int = 200, **more: object
) -> HttpResponse:
    offered = texts.offered_for(key) if key in TEXT_FIELDS else ()
    context = {
        "complaint": complaint, "texts": offered, "zone": complaint.respondent.zone, "key": key, "page": PAGES[key], "form": form,
        "warning": warning(complaint, key), "now": form.now, "trail": trail(request.GET), "previews": key in PREVIEWS,
        "effects": None, "once": request.POST.get("once") or uuid4(), **more,
    }  # fmt: skip
    inside = "HX-Request" in request.headers and request.method != "POST"
    return render(request, "complaints/_step.html" if inside else "complaints/step.html", context, status=status)


def _ask_again(request: StaffRequest, complaint: Complaint, key: str, form: StepForm, refused: Refused) -> HttpResponse:
    """Show the form with the words that were typed and the reason; on a stale one, who changed what."""
    # Opened again, not refreshed: django-fsm lifts its guard for the whole process while a row is refreshed, and a
    # second thread that does the same trips over it.
    complaint = open_case(request.user, complaint.reference)
    if not isinstance(refused, Stale):
        return _ask(request, complaint, key, form, status=409, refused=str(refused))
    # See and decide: pressing again is then a decision made with open eyes.
    stands = PAGES[key].form(complaint=complaint, user=request.user, now=form.now)
    again, found = take_over(choose(request.POST), stands.asked())
    again["version"] = str(complaint.version)
    merged = PAGES[key].form(again, request.FILES, complaint=complaint, user=request.user, now=form.now)
    change = last_change(complaint)
    return _ask(
        request, complaint, key, merged, status=409, refused=str(refused), stale=True, change=change, differences=found
    )


def _next(complaint: Complaint, key: str, query: str) -> str:
    """Return where to go on: the draft itself, the queue when the case is no longer ours, else the case."""
    if key == "draft_final_response" and (letter := final_letter(complaint)):
        return reverse("complaints:letter", args=[complaint.reference, letter.pk])
    address = reverse("complaints:case", args=[complaint.reference])
    return f"{address}?{query}" if query else address
