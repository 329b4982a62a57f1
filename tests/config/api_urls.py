"""All addresses, with those of the API."""

from __future__ import annotations

from django.urls import include, path

from config.urls import urlpatterns as pages

urlpatterns = [path("api/v1/", include("config.api")), *pages]
