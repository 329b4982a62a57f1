"""Search, as a page of its own and inside the command palette."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from complaints import policy
from complaints.palette import COMPLAINTS, palette
from complaints.search import LONGEST
from complaints.views import StaffRequest

ON_A_PAGE = 40


@require_safe
def search(request: StaffRequest) -> HttpResponse:
    """Show what these words find: steps of the open case, complaints and people."""
    asked = request.GET.get("q", "").replace("\x00", "")
    text = " ".join(asked.split())
    inside = "HX-Request" in request.headers
    if not inside and policy.visible(request.user).filter(reference=text.upper()[:20]).exists():
        return redirect("complaints:case", text.upper())
    too_long = len(text) > LONGEST
    on = request.GET.get("on", "")
    most = COMPLAINTS if inside else ON_A_PAGE
    found = palette(request.user, "" if too_long else text, on=on, most=most)
    context = {
        "found": found, "text": text[:LONGEST], "length": len(text), "longest": LONGEST, "too_long": too_long,
        "on": on[:20], "inside": inside, "now": timezone.now(),
    }  # fmt: skip
    answer = render(request, "complaints/_found.html" if inside else "complaints/search.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer
