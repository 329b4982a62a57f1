"""The letter desk, and letters as PDF."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from complaints import steps
from complaints.casefile import last_change, open_case
from complaints.errors import Refused, Stale
from complaints.forms.differences import Difference
from complaints.forms.letter_words import keys_and_words, merged, typed, with_words
from complaints.models import Complaint, State
from complaints.services import drafts, response
from complaints.services.gather import final_letter
from complaints.views import StaffRequest
from correspondence import pdf
from correspondence.models import Letter, LetterState
from correspondence.services import clause_states
from users.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Show a letter as the customer sees it; while it is a draft, change its words or put in a clause."""
    complaint, now = open_case(request.user, reference), timezone.now()
    found = _letter(complaint, pk)
    if request.method != "POST":
        return _begun(request, complaint, found)
    if "forget" in request.POST:
        drafts.drop(complaint, purpose="letter", actor=request.user)
        return redirect(request.path)
    try:
        _change(request, complaint, found, at=now)
    except Refused as refused:
        return _refused(request, complaint, found, refused)
    messages.success(request, "The letter is saved.")
    return redirect(request.path)


def _change(request: StaffRequest, complaint: Complaint, letter: Letter, *, at: datetime) -> Complaint:
    """Put the clause in that was asked for, or save the words that were typed and forget their draft."""
    user, version = request.user, _number(request.POST.get("version"))
    if clause := request.POST.get("insert"):
        return response.insert_clause(complaint.pk, clause=clause, actor=user, at=at, version=version)
    words = with_words(letter.blocks, typed(request.POST, letter.blocks))
    changed = response.edit_final_response(complaint.pk, blocks=words, actor=user, at=at, version=version)
    drafts.drop(complaint, purpose="letter", actor=user)
    return changed


def _begun(request: StaffRequest, complaint: Complaint, letter: Letter) -> HttpResponse:
    """Show the desk with the words this person had begun and not saved, beside what stands now."""
    draft = drafts.kept(complaint, user=request.user).get("letter")
    if draft is None or not _is_editable(complaint, letter, request.user):
        return _desk(request, complaint, letter)
    blocks, found = merged(QueryDict(draft.text), letter.blocks)
    if blocks == letter.blocks:
        return _desk(request, complaint, letter)
    return _desk(request, complaint, letter, blocks=blocks, differences=found, begun=draft.saved_at)


def _letter(complaint: Complaint, pk: int) -> Letter:
    found = Letter.objects.filter(pk=pk, case_reference=complaint.reference).first()
    if found is None:
        raise Http404
    return found


def _number(text: str | None) -> int:
    """Return the version a form carries; one without a number is as stale as can be."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _is_editable(complaint: Complaint, letter: Letter, user: User) -> bool:
    final = final_letter(complaint)
    mine = "draft_final_response" in {step.key for step in steps.steps(complaint, user)}
    return (
        mine
        and complaint.state == State.INVESTIGATING
        and letter.state != LetterState.SENT
        and final is not None
        and final.pk == letter.pk
    )


def _desk(
    request: StaffRequest, complaint: Complaint, letter: Letter, *, status: int = 200, **more: object
) -> HttpResponse:
    states = sorted(clause_states(letter), key=lambda state: (state.present, not state.required))
    known = {step.key: step for step in steps.steps(complaint, request.user)}
    acts = [known[key] for key in _acts(complaint, letter) if key in known]
    possible = [act.key for act in acts if act.allowed]
    context = {
        "complaint": complaint,
        "zone": complaint.respondent.zone,
        "letter": letter,
        "clause_states": states,
        "present": sum(state.present for state in states),
        "missing": next((state for state in states if state.required and not state.present), None),
        "editable": _is_editable(complaint, letter, request.user),
        "acts": acts,
        "primary": possible[-1] if possible else "",
        "blocks": letter.blocks,
        "stands": keys_and_words(letter.blocks),
        "now": timezone.now(),
        **more,
    }
    return render(request, "complaints/letter.html", context, status=status)


def _acts(complaint: Complaint, letter: Letter) -> list[str]:
    """Return the steps at the foot of the desk: what may come next for this letter."""
    if letter.state == LetterState.SENT:
        return []
    if complaint.state == State.DECISION_REVIEW:
        return ["send_back", "approve", "send_final_response"]
    return ["send_for_review"]


def _refused(request: StaffRequest, complaint: Complaint, letter: Letter, refused: Refused) -> HttpResponse:
    """Say why, with the typed words still there."""
    complaint = open_case(request.user, complaint.reference)
    letter = _letter(complaint, letter.pk)
    change = last_change(complaint) if isinstance(refused, Stale) else None
    blocks, found = letter.blocks, list[Difference]()
    if not request.POST.get("insert"):
        # Beside them stands the letter as it is: what was typed is not in it yet.
        blocks, found = merged(typed(request.POST, letter.blocks), letter.blocks)
    return _desk(
        request, complaint, letter, status=409, refused=str(refused), change=change, differences=found, blocks=blocks
    )


@require_safe
def letter_pdf(request: StaffRequest, reference: str, pk: int) -> HttpResponse:
    """Show a letter as PDF: a sent one exactly as it was kept, a draft as it stands."""
    found = _letter(open_case(request.user, reference), pk)
    content = bytes(found.pdf) if found.state == LetterState.SENT and found.pdf else pdf.render(found)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{reference}-{found.kind}.pdf"'
    return answer
