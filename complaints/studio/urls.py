"""Addresses of the studio."""

from __future__ import annotations

from django.urls import path

from complaints.studio import acts, ours, views

app_name = "studio"
urlpatterns = [
    path("", views.home, name="home"),
    path("start", acts.start, name="start"),
    path("bring", acts.bring, name="bring"),
    path("ours", ours.ours, name="ours"),
    path("ours/new", ours.new_target, name="new_target"),
    path("drafts/<int:pk>", views.draft, name="draft"),
    path("drafts/<int:pk>/check", views.check, name="check"),
    path("drafts/<int:pk>/discard", acts.discard, name="discard"),
    path("drafts/<int:pk>/publish", acts.publish, name="publish"),
    path("drafts/<int:pk>/rehearse", acts.rehearse, name="rehearse"),
    path("rehearsals/<int:pk>", views.rehearsal, name="rehearsal"),
    path("sign-off", acts.sign_off, name="sign_off"),
    path("confirm", acts.confirm, name="confirm"),
    path("day", acts.day, name="day"),
    path("<str:kind>/<str:key>.toml", views.export, name="export"),
    path("<str:kind>/<str:key>", views.history, name="history"),
]
