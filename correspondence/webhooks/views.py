"""The admin's pages of endpoints: what is told to whom, and what came of it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from correspondence.models import Delivery, DeliveryState, Endpoint, EventType
from correspondence.webhooks import endpoints, reading
from correspondence.webhooks.forms import EndpointForm, RangeForm
from users.errors import Refused
from users.requests import StaffRequest


@require_safe
def listed(request: StaffRequest) -> HttpResponse:
    """List the endpoints and how each is doing."""
    found = [(one, reading.shown_address(one)) for one in reading.endpoints()]
    return render(request, "webhooks/list.html", {"endpoints": found, "now": timezone.now()})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Add an endpoint, and show its secret this once."""
    form = EndpointForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "webhooks/form.html", {"form": form})
    try:
        endpoint, secret = endpoints.add(**form.cleaned_data, actor=request.user, at=timezone.now())
    except Refused as refused:
        form.add_error(None, str(refused))
        return render(request, "webhooks/form.html", {"form": form}, status=409)
    return render(request, "webhooks/secret.html", {"endpoint": endpoint, "secret": secret})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change an endpoint."""
    found = get_object_or_404(Endpoint, pk=pk)
    initial = {name: getattr(found, name) for name in ("name", "kind", "address", "types", "active")}
    form = EndpointForm(request.POST or None, initial={**initial, "teams": found.teams.all()})
    if request.method != "POST" or not form.is_valid():
        return render(request, "webhooks/form.html", {"form": form, "endpoint": found})
    try:
        endpoints.change(pk, **form.cleaned_data, actor=request.user, at=timezone.now())
    except Refused as refused:
        form.add_error(None, str(refused))
        return render(request, "webhooks/form.html", {"form": form, "endpoint": found}, status=409)
    messages.success(request, f"{form.cleaned_data['name']} is saved.")
    return redirect("webhooks:endpoint", pk)


@require_safe
def endpoint(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an endpoint and its log."""
    found = get_object_or_404(Endpoint.objects.prefetch_related("teams"), pk=pk)
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    log = reading.log_of(found, state=state, before=int(before) if before.isdecimal() and len(before) < 18 else 0)
    labels = dict(EventType.choices)
    context = {
        "endpoint": found, "address": reading.shown_address(found), "log": log, "state": state, "now": timezone.now(),
        "states": DeliveryState.choices, "events": [labels.get(one, one) for one in found.types], "range": RangeForm(),
    }  # fmt: skip
    return render(request, "webhooks/endpoint.html", context)


@require_POST
def secret(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a new secret, and show it this once."""
    found, made = endpoints.new_secret(pk, actor=request.user, at=timezone.now())
    return render(request, "webhooks/secret.html", {"endpoint": found, "secret": made})


@require_POST
def test(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a test."""
    endpoints.test_send(pk, actor=request.user, at=timezone.now())
    messages.success(request, "The test is on its way. Its line in the log says within seconds what came of it.")
    return redirect("webhooks:endpoint", pk)


@require_safe
def delivery(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one delivery: what was said, and every try."""
    found = get_object_or_404(Delivery.objects.select_related("endpoint").prefetch_related("tries"), pk=pk)
    return render(request, "webhooks/delivery.html", {"delivery": found, "now": timezone.now()})


@require_POST
def replay(request: StaffRequest, pk: int) -> HttpResponse:
    """Deliver one again."""
    again = endpoints.replay(pk, actor=request.user, at=timezone.now())
    messages.success(request, "It is delivered again, under the same webhook-id.")
    return redirect("webhooks:delivery", again.pk)


@require_POST
def replay_range(request: StaffRequest, pk: int) -> HttpResponse:
    """Deliver a span of time again."""
    form = RangeForm(request.POST)
    with timezone.override(ZoneInfo(request.user.zone)):
        if not form.is_valid():
            raise Refused("Say from when until when. Both need a day and a time.")
    number = endpoints.replay_range(pk, **form.cleaned_data, actor=request.user, at=timezone.now())
    messages.success(
        request,
        f"{number} deliveries of this time go out again." if number else "Nothing of this time needs to go out again.",
    )
    return redirect("webhooks:endpoint", pk)
