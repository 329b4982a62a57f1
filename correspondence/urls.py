"""Addresses of the outbox."""

from __future__ import annotations

from django.urls import path

from correspondence import views

app_name = "correspondence"
urlpatterns = [
    path("", views.outbox, name="outbox"),
    path("addresses", views.addresses, name="addresses"),
    path("addresses/<int:pk>/clear", views.clear_address, name="clear_address"),
    path("<int:pk>", views.mail, name="mail"),
    path("<int:pk>.pdf", views.mail_pdf, name="mail_pdf"),
    path("<int:pk>/send-again", views.send_again, name="send_again"),
]
