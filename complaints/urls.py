"""The addresses of the workbench. The queue also answers at the root."""

from __future__ import annotations

from django.urls import path

from complaints.views import case, files, letters, queue, register, steps

app_name = "complaints"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("new", register.register, name="register"),
    path("<str:reference>/", case.case, name="case"),
    path("<str:reference>/step/<slug:key>", steps.step, name="step"),
    path("<str:reference>/note", steps.step, {"key": "note"}, name="note"),
    path("<str:reference>/attach", steps.step, {"key": "attach"}, name="attach"),
    path("<str:reference>/facts", steps.step, {"key": "change_facts"}, name="facts"),
    path("<str:reference>/files/<int:pk>", files.attachment, name="attachment"),
    path("<str:reference>/clocks", case.clocks, name="clocks"),
    path("<str:reference>/draft", case.draft, name="draft"),
    path("<str:reference>/letters/<int:pk>/", letters.letter, name="letter"),
    path("<str:reference>/letters/<int:pk>.pdf", letters.letter_pdf, name="letter_pdf"),
]
