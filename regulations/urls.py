"""Addresses of the law."""

from __future__ import annotations

from django.urls import path

from regulations import views

app_name = "rules"
urlpatterns = [
    path("", views.rules, name="list"),
    path("calendars", views.calendars, name="calendars"),
    path("calendars/<str:key>", views.calendar, name="calendar"),
    path("<slug:key>", views.rule, name="rule"),
]
