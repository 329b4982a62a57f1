"""How a page shows a letter."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from correspondence.models import Letter
from correspondence.paper import Clause, Part, laid_out

register = template.Library()


@register.filter
def parts(letter: Letter, clauses: Sequence[Clause]) -> list[Part]:
    """Return the letter's paragraphs with a slot where a demanded clause is missing."""
    return laid_out(letter.blocks, clauses)
