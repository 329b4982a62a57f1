"""Addresses of the homes and the lead's desk."""

from __future__ import annotations

from django.urls import path

from escalations.desk.views import board, giving, handing, home, review

app_name = "desk"
urlpatterns = [
    path("home/", home.home, name="home"),
    path("home/mine", home.mine, name="mine"),
    path("home/behind", home.behind, name="behind"),
    path("desk/", board.board, name="board"),
    path("desk/settings", board.settings, name="settings"),
    path("desk/people/<int:pk>/", giving.person, name="person"),
    path("desk/reassign", giving.reassign, name="reassign"),
    path("desk/distribute", giving.distribute, name="distribute"),
    path("desk/hand-overs/", handing.hand_overs, name="hand_overs"),
    path("desk/hand-overs/new", handing.hand_over, name="hand_over"),
    path("desk/hand-overs/answer", handing.answer, name="answer"),
    path("desk/hand-overs/<int:pk>/withdraw", handing.withdraw, name="withdraw"),
    path("desk/reviews/<str:reference>/", review.review, name="review"),
]
