"""Sign in and out, change the password and the theme; admins look after people."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from users import absences
from users.changes import told
from users.errors import NotVisible, Refused
from users.forms import AbsenceForm, NewPersonForm, PersonForm, WorkForm
from users.interface_languages import LANGUAGES
from users.models import Team, User
from users.requests import StaffRequest
from users.services import add_person, change_person, change_work, choose_language

THEMES = ("system", "light", "dark")
A_YEAR = 365 * 24 * 60 * 60
CHANGES_SHOWN = 50


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


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember in which language pages speak, for this person and in this browser, and go back."""
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    answer = redirect(back if safe else "/")
    chosen = request.POST.get("language")
    if chosen not in dict(LANGUAGES):
        return answer
    if request.user.is_authenticated:
        choose_language(request.user.pk, language=str(chosen))
    # The sign-in page speaks it too, where nobody is known yet.
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, str(chosen), max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax",
        secure=request.is_secure(), httponly=True,
    )  # fmt: skip
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
        return _person_page(request, found, form=form)
    try:
        change_person(found.pk, **form.cleaned_data, actor=request.user, at=timezone.now())
    except Refused as refused:
        form.add_error(None, str(refused))
        return _person_page(request, found, form=form, status=409)
    messages.success(request, f"{found.name} is saved.")
    return redirect("users:people")


@require_http_methods(["GET", "HEAD", "POST"])
def person_work(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what work one person can be given, what was changed of them, and change it."""
    found = get_object_or_404(User.objects.select_related("team"), pk=pk)
    form = WorkForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_work(found.pk, **form.cleaned_data, actor=request.user, at=timezone.now())
        except Refused as refused:
            form.add_error("opens_details", str(refused))
        else:
            messages.success(request, f"The work of {found.name} is saved.")
            return redirect("users:person_work", found.pk)
    status = 422 if form.is_bound else 200
    return render(
        request, "users/work.html", {"form": form, "person": found, "changes": _changes(found)}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_absences(request: StaffRequest, pk: int) -> HttpResponse:
    """Show when somebody is away, and let who may do so record and call off an absence."""
    now, user = timezone.now(), request.user
    found = User.objects.select_related("team").filter(pk=pk).first()
    if found is None or not absences.may_record(user, found):
        raise NotVisible("There is nobody here whose absences you plan with.")
    with_reason = absences.reads_reason(user, found)
    form = AbsenceForm(request.POST if request.method == "POST" and "call_off" not in request.POST else None,
        with_reason=with_reason)  # fmt: skip
    try:
        if request.method == "POST" and _absence_kept(request, found, form):
            return redirect("users:person_absences", found.pk)
    except Refused as refused:
        form.is_valid()
        form.add_error(None, str(refused)) if form.is_bound else messages.error(request, str(refused))
    context = {
        "person": found, "form": form, "with_reason": with_reason, "own": found.pk == user.pk,
        "absences": absences.standing(found, since=absences.today_of(found, at=now)).select_related("recorded_by"),
    }  # fmt: skip
    return render(request, "users/absences.html", context, status=422 if form.is_bound else 200)


def _absence_kept(request: StaffRequest, person: User, form: AbsenceForm) -> bool:
    """Do what was asked; False when the form has to be filled in again."""
    now, asked = timezone.now(), request.POST.get("call_off", "")
    if asked:
        key = int(asked) if asked.isdecimal() and len(asked) < 10 else 0
        gone = absences.call_off(person.pk, key, actor=request.user, at=now)
        messages.success(request, f"{person.name} works {gone.days} after all.")
        return True
    if not form.is_valid():
        return False
    told = {"reason": "", **form.cleaned_data}
    made = absences.record(person.pk, **told, actor=request.user, at=now)
    messages.success(request, f"{person.name} is away {made.days}.")
    return True


def _person_page(request: StaffRequest, person: User, *, form: PersonForm, status: int = 200) -> HttpResponse:
    return render(request, "users/person.html", {"form": form, "person": person}, status=status)


def _changes(person: User) -> list[tuple[object, list[tuple[str, str, str]]]]:
    """Return the newest changes of this person, each with its fields in words."""
    return [(change, told(change)) for change in person.changes.select_related("actor")[:CHANGES_SHOWN]]


@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: StaffRequest) -> HttpResponse:
    """Let somebody in."""
    form = NewPersonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "users/person.html", {"form": form})
    try:
        made = add_person(**form.cleaned_data, actor=request.user, at=timezone.now())
    except Refused as refused:
        form.add_error(None, str(refused))
        return render(request, "users/person.html", {"form": form}, status=409)
    messages.success(request, f"{made.name} can sign in now.")
    return redirect("users:people")
