"""A page whose forms keep what is typed loads the script that keeps it, and no page loads much."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
KEPT = re.compile(r"\bdata-(?:draft|most|part|later|pulse|previews)\b")
INCLUDED = re.compile(r"""{% include "([^"]+)""")
LINKED = re.compile(r"""{% static '(?:css|js)/""")
PAGES = sorted(
    str(path.relative_to(TEMPLATES))
    for path in TEMPLATES.rglob("*.html")
    if '{% extends "base.html" %}' in path.read_text(encoding="utf-8")
)
# Its parts are chosen while it is made, and the largest of them keeps words.
CHOSEN = {"complaints/part.html"}


def whole(name: str) -> str:
    """Return the words of a template with those it includes."""
    words = (TEMPLATES / name).read_text(encoding="utf-8")
    return words + "".join(whole(part) for part in INCLUDED.findall(words) if (TEMPLATES / part).exists())


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_keeps_words_loads_what_keeps_them(page: str) -> None:
    words = whole(page)

    assert ("js/case.js" in words) == bool(KEPT.search(words) or page in CHOSEN)


# Choices and numbers, which nobody would have to write again.
SETTINGS = {
    "users/work.html", "users/person.html", "desk/board.html", "webhooks/endpoint.html", "webhooks/form.html",
    "escalations/mail_wish.html",
}  # fmt: skip
# A registration has a token of its own, which stays with the complaint.
KEYS = re.compile(r"""{% once_key %}|name="once"|{{ form.token }}""")
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)


def test_each_form_with_room_for_words_keeps_them_and_has_a_key_of_its_own() -> None:
    forms = [
        (str(path.relative_to(TEMPLATES)), form)
        for path in TEMPLATES.rglob("*.html")
        for form in FORM.findall(path.read_text(encoding="utf-8"))
        if "<textarea" in form or "complaints/_field.html" in form
    ]

    without = {name for name, form in forms if "data-keep" not in form or not KEYS.search(form)}
    assert len(forms) > 15
    assert without == SETTINGS


@pytest.mark.parametrize("page", ["complaints/queue.html", "complaints/case.html", "complaints/letter.html"])
def test_a_cold_visit_asks_for_six_things_at_most(page: str) -> None:
    linked = len(LINKED.findall((TEMPLATES / "base.html").read_text(encoding="utf-8")))

    assert 1 + linked + len(LINKED.findall((TEMPLATES / page).read_text(encoding="utf-8"))) <= 6
