"""Every address of the house."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from complaints.views import queue
from config.health import healthz
from config.metrics import metrics_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics_page, name="metrics"),
    path("", queue.queue, name="home"),
    path("", include("escalations.desk.urls")),
    path("accounts/", include("users.urls")),
    path("complaints/", include("complaints.urls")),
    path("escalations/", include("escalations.urls")),
    path("webhooks/", include("correspondence.webhooks.urls")),
    path("letters/", include("correspondence.urls")),
    path("rules/", include("regulations.urls")),
    # Before the studio, whose record of changes links to every kind by the same shape of address.
    path("studio/policy/", include("escalations.studio.urls")),
    path("studio/", include("complaints.studio.urls")),
    path("insights/", include("insights.urls")),
    path("api/v1/", include("config.api")),
]
handler400 = "config.broken.handler400"
handler500 = "config.broken.handler500"
