"""All addresses, with those of the insights."""

from __future__ import annotations

from django.urls import include, path

from config.urls import urlpatterns as pages

urlpatterns = [path("insights/", include("insights.urls")), *pages]
