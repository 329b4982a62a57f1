"""A page whose forms keep what is typed loads the script that keeps it, and no page loads much."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
KEPT = re.compile(r"\bdata-(?:keep|draft|most|part|later|pulse|previews)\b")
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


@pytest.mark.parametrize("page", ["complaints/queue.html", "complaints/case.html", "complaints/letter.html"])
def test_a_cold_visit_asks_for_six_things_at_most(page: str) -> None:
    linked = len(LINKED.findall((TEMPLATES / "base.html").read_text(encoding="utf-8")))

    assert 1 + linked + len(LINKED.findall((TEMPLATES / page).read_text(encoding="utf-8"))) <= 6
