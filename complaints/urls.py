"""The addresses of the workbench. The queue also answers at the root."""

from __future__ import annotations

from django.urls import path, register_converter

from complaints.views import (
    care,
    case,
    clocks,
    desk,
    files,
    letters,
    macros,
    paper,
    parts,
    queue,
    register,
    respondents,
    search,
    steps,
    tasks,
    texts,
)


class Reference:
    """A complaint's reference in an address, such as C-26-000123."""

    regex = "[A-Za-z0-9-]{1,20}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Reference, "reference")

app_name = "complaints"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("new", register.register, name="register"),
    path("search", search.search, name="search"),
    path("facets", queue.facets, name="facets"),
    path("bulk", desk.bulk, name="bulk"),
    path("views", desk.view, name="view"),
    path("views/arrivals", queue.arrivals, name="arrivals"),
    path("density", desk.density, name="density"),
    path("respondents", respondents.respondents, name="respondents"),
    path("respondents/<int:pk>", respondents.respondent, name="respondent"),
    path("texts", texts.texts, name="texts"),
    path("texts/new", texts.new, name="text_new"),
    path("texts/<int:pk>", texts.text, name="text"),
    path("macros", macros.macros, name="macros"),
    path("macros/new", macros.new, name="macro_new"),
    path("macros/<int:pk>", macros.macro, name="macro"),
    path("tasks", tasks.tasks, name="tasks"),
    path("tasks/<int:pk>", tasks.task, name="task"),
    path("tasks/<int:pk>/files/<int:file>", tasks.task_file, name="task_file"),
    path("<reference:reference>/", case.case, name="case"),
    path("<reference:reference>/part/<slug:name>", parts.part, name="part"),
    path("<reference:reference>/entries/<int:seq>", case.entry, name="entry"),
    path("<reference:reference>/glance", queue.glance, name="glance"),
    path("<reference:reference>/details", care.details, name="details"),
    path("<reference:reference>/step/<slug:key>", steps.step, name="step"),
    path("<reference:reference>/note", steps.step, {"key": "note"}, name="note"),
    path("<reference:reference>/attach", steps.step, {"key": "attach"}, name="attach"),
    path("<reference:reference>/facts", steps.step, {"key": "change_facts"}, name="facts"),
    path("<reference:reference>/files/<int:pk>", files.attachment, name="attachment"),
    path("<reference:reference>/files/<int:pk>/look", files.look, name="look"),
    path("<reference:reference>/clocks", clocks.clocks, name="clocks"),
    path("<reference:reference>/file", paper.case_on_paper, name="case_file"),
    path("<reference:reference>/pulse", case.pulse, name="pulse"),
    path("<reference:reference>/draft", case.draft, name="draft"),
    path("<reference:reference>/text", texts.use, name="use_text"),
    path("<reference:reference>/letters/<int:pk>/", letters.letter, name="letter"),
    path("<reference:reference>/letters/<int:pk>.pdf", letters.letter_pdf, name="letter_pdf"),
]
