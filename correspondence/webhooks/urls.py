"""Addresses of the endpoints' pages."""

from __future__ import annotations

from django.urls import path

from correspondence.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.listed, name="list"),
    path("new", views.new, name="new"),
    path("<int:pk>/", views.endpoint, name="endpoint"),
    path("<int:pk>/change", views.change, name="change"),
    path("<int:pk>/secret", views.secret, name="secret"),
    path("<int:pk>/test", views.test, name="test"),
    path("<int:pk>/replay", views.replay_range, name="replay_range"),
    path("deliveries/<int:pk>/", views.delivery, name="delivery"),
    path("deliveries/<int:pk>/replay", views.replay, name="replay"),
]
