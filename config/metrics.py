"""The figures of the house for Prometheus, at /metrics."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from config import env
from escalations.channels import channels
from escalations.channels import metrics as channel_metrics
from escalations.health import health, metrics
from users import clock

TEXT = "text/plain; version=0.0.4; charset=utf-8"


@require_GET
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Answer the figures to who brings METRICS_TOKEN as a bearer; on one's own machine to everybody."""
    token = env.text("METRICS_TOKEN")
    brought = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and not secrets.compare_digest(brought.encode(), token.encode()):
        raise Http404
    if not token and settings.PRODUCTION:
        # Without a token nobody was meant to read them.
        raise Http404
    now = clock.now()
    lines = [*metrics(health(now)), *channel_metrics(channels(now))]
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)
