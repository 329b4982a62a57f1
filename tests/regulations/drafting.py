"""Builders of drafts, for the tests of the studio."""

from __future__ import annotations

from datetime import timedelta

from regulations.models import Draft
from regulations.studio import drafts
from regulations.studio.found import problems
from tests.conftest import AT
from users.models import User

RULE, LATER = "uk-disp-payments", AT + timedelta(minutes=5)
NEW = """
id = "ie-house-rule"
title = "House rule"
citation = "Board paper 12, 2026"
source_status = "primary"
applies = { jurisdiction = ["IE"] }

[[obligations]]
key = "final_response"
kind = "D"
title = "Final response"
trigger = "receipt"
length = "10bd"
"""


def a_draft(actor: User, *, change: tuple[str, str] = ('"15bd"', '"14bd"'), reason: str = "Tighter.") -> Draft:
    draft = drafts.start("rule", RULE, actor=actor, at=AT)
    text = draft.text.replace(*change)
    return drafts.save(draft.pk, text=text, reason=reason, enforced=draft.enforced, actor=actor, at=AT)


def said(draft: Draft, text: str, actor: User) -> list[tuple[int, str]]:
    kept = drafts.save(draft.pk, text=text, reason="", enforced=True, actor=actor, at=AT)
    return [(problem.line, problem.words) for problem in problems(kept)]


def the_line(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)
