"""Addresses of signing in and of people."""

from __future__ import annotations

from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy

from users import views
from users.forms import SignInForm

app_name = "users"
urlpatterns = [
    path(
        "sign-in",
        auth.LoginView.as_view(
            template_name="users/sign_in.html", authentication_form=SignInForm, redirect_authenticated_user=True
        ),
        name="sign_in",
    ),
    path("sign-out", auth.LogoutView.as_view(next_page="users:sign_in"), name="sign_out"),
    path(
        "password",
        auth.PasswordChangeView.as_view(
            template_name="users/password_change.html", success_url=reverse_lazy("users:password_change_done")
        ),
        name="password_change",
    ),
    path(
        "password/done",
        auth.PasswordChangeDoneView.as_view(template_name="users/password_change_done.html"),
        name="password_change_done",
    ),
    path("theme", views.theme, name="theme"),
    path("language", views.language, name="language"),
    path("people", views.people, name="people"),
    path("people/new", views.person_new, name="person_new"),
    path("people/<int:pk>", views.person, name="person"),
    path("people/<int:pk>/work", views.person_work, name="person_work"),
    path("people/<int:pk>/absences", views.person_absences, name="person_absences"),
]
