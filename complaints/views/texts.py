"""Standard texts: admins write them, whoever writes on a case picks one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.casefile import open_case
from complaints.composer import BOXES
from complaints.errors import Refused
from complaints.forms.texts import ChangeForm, TextForm
from complaints.models import StandardText
from complaints.neighbours import trail
from complaints.services import drafts
from complaints.services import texts as standard
from complaints.views import StaffRequest


@require_safe
def texts(request: StaffRequest) -> HttpResponse:
    """List the texts, those in use first."""
    current = StandardText.objects.filter(is_current=True).select_related("written_by")
    rows = list(current.order_by("-is_offered", "purpose", "language", "name"))
    return render(request, "complaints/texts.html", {"texts": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Write a new text."""
    form = TextForm(request.POST or None, initial={"language": "en"})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = standard.write(**form.cleaned_data, actor=request.user, at=timezone.now())
            messages.success(request, f"“{made.name}” is offered from now on.")
            return redirect("complaints:texts")
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409
    return render(request, "complaints/text.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a text with all its versions, and write the next."""
    asked = get_object_or_404(StandardText, pk=pk)
    versions = list(StandardText.objects.filter(key=asked.key).select_related("written_by").order_by("-version"))
    newest, status = versions[0], 200
    stands = {name: getattr(newest, name) for name in ("name", "purpose", "language", "text", "version")}
    form = ChangeForm(request.POST or None, initial={**stands, "offered": newest.is_offered})
    if request.method == "POST" and form.is_valid():
        try:
            made = standard.change(newest.pk, **form.cleaned_data, actor=request.user, at=timezone.now())
            messages.success(request, f"“{made.name}” is saved as version {made.version}.")
            return redirect("complaints:texts")
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409
    context = {"form": form, "text": newest, "versions": versions}
    return render(request, "complaints/text.html", context, status=status)


@require_POST
def use(request: StaffRequest, reference: str) -> HttpResponse:
    """Put a text beneath what somebody has begun in the composer, and keep both as their draft."""
    complaint, purpose, user = open_case(request.user, reference), request.POST.get("insert", ""), request.user
    if purpose not in BOXES:
        raise Http404
    typed = request.POST.get(BOXES[purpose], "")
    try:
        drafts.keep(complaint, purpose=purpose, text=typed, actor=user, at=timezone.now())
    except Refused as refused:
        # Nothing of it is kept, so the browser must not go on: a script says it beside the words, Back shows them again.
        return HttpResponse(str(refused), status=409, content_type="text/plain; charset=utf-8")
    try:
        found = standard.filled(complaint, text_id=request.POST.get("standard", ""), purpose=purpose, actor=user)
        both = standard.below(typed, found.text)
        drafts.keep(complaint, purpose=purpose, text=both, actor=user, at=timezone.now())
        if found.missing:
            gaps = ", ".join(found.missing)
            messages.warning(request, f"Not known here: {gaps}. Each gap is marked [[…]]; write what belongs there.")
    except Refused as refused:
        messages.error(request, str(refused))
    query = "&".join(one for one in (trail(request.GET), f"compose={purpose}") if one)
    return redirect(f"{reverse('complaints:case', args=[reference])}?{query}")
