"""Everything people read in this house: the sentences of the templates and those of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.template.engine import Engine

from config.templatetags.words import Say
from config.words import spoken
from config.words.plain import PLAIN
from config.words.scripts import in_scripts

LITERAL = re.compile(r'_\("([^"]+)"\)')


@dataclass(slots=True)
class Found:
    """A sentence to be translated: its plural, if it has one, and where it stands."""

    said: str
    more: str = ""
    places: list[str] = field(default_factory=list)


def everything(root: Path) -> dict[str, Found]:
    """Return every sentence people read, by its English words, in the order of the files."""
    found: dict[str, Found] = {}
    for place, said, more in (
        *in_templates(root),
        *in_code(root),
        *in_guards(root),
        *((place, said, "") for place, said in in_scripts(root)),
        *((place, said, "") for said, place in PLAIN.items()),
    ):
        one = found.setdefault(said, Found(said))
        one.more = one.more or more
        if place not in one.places:
            one.places.append(place)
    return found


def in_templates(root: Path) -> Iterator[tuple[str, str, str]]:
    """Return place, sentence and plural of all that templates mark."""
    engine = Engine.get_default()
    for path in sorted((root / "templates").rglob("*.html")):
        place = path.relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        template = engine.from_string(re.sub(r"\{%\s*extends [^%]*%\}", "", source))
        said = [node for node in template.nodelist.get_nodes_by_type(Say) if isinstance(node, Say)]
        for node in said:
            yield place, node.one.said, node.more.said if node.more else ""
        for literal in LITERAL.findall(source):
            yield place, literal, ""


def in_code(root: Path) -> Iterator[tuple[str, str, str]]:
    """Return place and words of all that Python gives to pages."""
    for path in spoken.modules(root):
        place = path.relative_to(root).as_posix()
        for _, said in spoken.said_in(path.read_text(encoding="utf-8"), model="models" in place):
            yield place, said, ""


def in_guards(root: Path) -> Iterator[tuple[str, str, str]]:
    """Return what the guards of the steps say: the docstring of a guard is its refusal."""
    place = "complaints/guards.py"
    for node in ast.parse((root / place).read_text(encoding="utf-8")).body:
        said = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
        if said:
            yield place, " ".join(said.split()), ""
