"""Sign in and out, change the password and the theme; admins look after people."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from users.errors import Refused
from users.forms import NewPersonForm, PersonForm
from users.models import Team, User
from users.requests import StaffRequest
from users.services import add_person, change_person

THEMES = ("system", "light", "dark")
A_YEAR = 365 * 24 * 60 * 60


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember how pages should look, and go back."""
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    answer = redirect(back if safe else "/")
    chosen = request.POST.get("theme")
    if chosen in THEMES:
        answer.set_cookie("theme", chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return answer


@require_safe
def people(request: StaffRequest) -> HttpResponse:
    """List everybody, and the teams with their centre, zone and hours."""
    everybody = User.objects.select_related("team", "reports_to").order_by("-is_active", "name")
    return render(request, "users/people.html", {"people": everybody, "teams": Team.objects.order_by("name")})


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one person and change them."""
    found = get_object_or_404(User, pk=pk)
    initial = {
        name: getattr(found, name) for name in ("name", "email", "role", "team", "reports_to", "zone", "is_active")
    }
    form = PersonForm(request.POST or None, initial=initial, person=found)
    if request.method != "POST" or not form.is_valid():
        return render(request, "users/person.html", {"form": form, "person": found})
    try:
        change_person(found.pk, **form.cleaned_data, actor=request.user)
    except Refused as refused:
        form.add_error(None, str(refused))
        return render(request, "users/person.html", {"form": form, "person": found}, status=409)
    messages.success(request, f"{found.name} is saved.")
    return redirect("users:people")


@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: StaffRequest) -> HttpResponse:
    """Let somebody in."""
    form = NewPersonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "users/person.html", {"form": form})
    try:
        made = add_person(**form.cleaned_data, actor=request.user)
    except Refused as refused:
        form.add_error(None, str(refused))
        return render(request, "users/person.html", {"form": form}, status=409)
    messages.success(request, f"{made.name} can sign in now.")
    return redirect("users:people")
