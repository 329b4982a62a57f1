"""Macros: leads keep them here; they are run on a case from the palette, or on the chosen rows of the queue."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from complaints.errors import Refused
from complaints.forms.macros import ChangeMacroForm, MacroForm
from complaints.models import Macro
from complaints.services import macro_book
from complaints.services.macros import acts
from complaints.views import StaffRequest


@require_safe
def macros(request: StaffRequest) -> HttpResponse:
    """List the macros with what they do, those in use first."""
    current = Macro.objects.filter(is_current=True).select_related("written_by", "owner")
    rows = [(one, acts(one)) for one in current.order_by("-is_offered", "name")]
    return render(request, "complaints/macros.html", {"macros": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Write a new macro."""
    form, status = MacroForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            made = macro_book.write(form.wish(), actor=request.user, at=timezone.now())
            messages.success(request, f"“{made.name}” can be run from now on.")
            return redirect("complaints:macros")
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409
    return render(request, "complaints/macro.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def macro(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a macro with all its versions, and write the next."""
    asked = get_object_or_404(Macro, pk=pk)
    found = Macro.objects.filter(key=asked.key).select_related("written_by", "owner")
    versions = list(found.order_by("-version"))
    newest, status = versions[0], 200
    form = ChangeMacroForm(request.POST or None, initial=ChangeMacroForm.stands(newest))
    if request.method == "POST" and form.is_valid():
        version, offered = form.cleaned_data["version"], form.cleaned_data["offered"]
        try:
            made = macro_book.change(
                newest.pk, form.wish(), version=version, offered=offered, actor=request.user, at=timezone.now()
            )
            messages.success(request, f"“{made.name}” is saved as version {made.version}.")
            return redirect("complaints:macros")
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409
    context = {"form": form, "macro": newest, "versions": [(one, acts(one)) for one in versions]}
    return render(request, "complaints/macro.html", context, status=status)
