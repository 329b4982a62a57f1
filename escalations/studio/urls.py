"""Addresses of the studio of the escalation policy."""

from __future__ import annotations

from django.urls import path

from escalations.studio import views

app_name = "escalation_policy"
urlpatterns = [
    # Where the studio's record of changes points to.
    path("escalation", views.home, name="home"),
    path("escalation.toml", views.export, name="export"),
    path("start", views.start, name="start"),
    path("bring", views.bring, name="bring"),
    path("drafts/<int:pk>", views.draft, name="draft"),
    path("drafts/<int:pk>/check", views.check, name="check"),
    path("drafts/<int:pk>/rehearse", views.rehearse, name="rehearse"),
    path("drafts/<int:pk>/publish", views.publish, name="publish"),
    path("rehearsals/<int:pk>", views.rehearsal, name="rehearsal"),
]
