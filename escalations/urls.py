"""Addresses of the lead's pages."""

from __future__ import annotations

from django.urls import path

from escalations import notice_views, record_views, views, watch_views

app_name = "escalations"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("notices/", notice_views.notices, name="notices"),
    path("notices/read", notice_views.notices_read, name="notices_read"),
    path("notices/how", notice_views.mail_wish, name="mail_wish"),
    path("notices/my-address", notice_views.my_address, name="my_address"),
    path("notices/<int:pk>/open", notice_views.notice_open, name="notice_open"),
    path("notices/<int:pk>/read", notice_views.notice_read, name="notice_read"),
    path("health/", watch_views.health, name="health"),
    path("retry/<str:reference>", watch_views.retry, name="retry"),
    path("raise/<str:reference>/", views.raise_, name="raise"),
    path("assign/<str:reference>", views.assign, name="assign"),
    path("reviews/<str:reference>/approve", views.approve, name="approve"),
    path("reviews/<str:reference>/send-back", views.send_back, name="send_back"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/take", views.take, name="take"),
    path("<int:pk>/reassign", views.reassign, name="reassign"),
    path("<int:pk>/resolve", views.resolve, name="resolve"),
    path("<int:pk>/deescalate", record_views.deescalate, name="deescalate"),
    path("<int:pk>/lower", record_views.lower, name="lower"),
    path("<int:pk>/hand-back", record_views.hand_back, name="hand_back"),
    path("<int:pk>/watch", record_views.watch, name="watch"),
    path("<int:pk>/unwatch", record_views.unwatch, name="unwatch"),
]
