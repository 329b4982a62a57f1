"""Letter templates: TOML packs beside this file, each clause with the rule that demands it. Pure but for reading them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from correspondence.letters import NAMES, LetterContext, LetterProblem

FOLDER = Path(__file__).with_name("packs")
SAYS = {"clause", "title", "citation", "heading", "text", "required", "source"}
SUITS = {"jurisdictions", "complainants", "classes", "only_classes"}


@dataclass(frozen=True, slots=True)
class BlockTemplate:
    """One paragraph. With a clause it is what a rule asks for, and says which."""

    text: str
    heading: str = ""
    clause: str = ""
    title: str = ""
    citation: str = ""
    required: bool = True
    source: str = "primary"

    @property
    def enforced(self) -> bool:
        """True when no letter goes out without it: never on the word of a secondary source alone."""
        return bool(self.clause) and self.required and self.source == "primary"

    @property
    def cited(self) -> str:
        """The rule, as it is shown beside the clause."""
        return self.citation if self.source == "primary" else f"{self.citation} (secondary source, not enforced)"


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of letter for some cases; an empty set leaves that question open."""

    key: str
    kind: str
    subject: str
    blocks: tuple[BlockTemplate, ...]
    jurisdictions: frozenset[str] = frozenset()
    complainants: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    only_classes: frozenset[str] = frozenset()

    def suits(self, context: LetterContext) -> bool:
        """Say whether this is the letter for this case."""
        classes = set(context.complaint_class)
        return (
            (not self.jurisdictions or context.jurisdiction in self.jurisdictions)
            and (not self.complainants or context.complainant_class in self.complainants)
            and (not self.classes or bool(self.classes & classes))
            and (not self.only_classes or (bool(classes) and classes <= self.only_classes))
        )

    @property
    def clauses(self) -> tuple[BlockTemplate, ...]:
        """The paragraphs a rule asks for, in the letter's order."""
        return tuple(block for block in self.blocks if block.clause)


@cache
def load_templates(folder: Path = FOLDER) -> dict[str, Template]:
    """Return every template by its key, in the order in which the first that suits is taken."""
    found: dict[str, Template] = {}
    for path in sorted(folder.glob("*.toml")):
        pack = tomllib.loads(path.read_text(encoding="utf-8"))
        for told in pack["letter"]:
            template = _template(path, {**pack.get("every", {}), **told})
            if template.key in found:
                raise LetterProblem(f"{path.name}: there are two templates {template.key}.")
            found[template.key] = template
    return found


def _template(path: Path, told: Mapping[str, Any]) -> Template:
    key = f"{path.stem.partition('-')[2]}.{told['name']}"
    if unknown := told.keys() - SUITS - {"name", "kind", "subject", "blocks"}:
        raise LetterProblem(f"{path.name}: {key} has an unknown {', '.join(sorted(unknown))}.")
    _known_words(key, told["subject"])
    blocks = tuple(_block(key, one) for one in told["blocks"])
    clauses = [block.clause for block in blocks if block.clause]
    if len(clauses) != len(set(clauses)):
        raise LetterProblem(f"{key}: a clause stands there twice.")
    return Template(
        key=key, kind=told["kind"], subject=told["subject"], blocks=blocks,
        **{which: frozenset(told.get(which, ())) for which in SUITS},
    )  # fmt: skip


def _block(key: str, told: Mapping[str, Any]) -> BlockTemplate:
    if unknown := told.keys() - SAYS:
        raise LetterProblem(f"{key}: a paragraph has an unknown {', '.join(sorted(unknown))}.")
    block = BlockTemplate(**{**told, "text": told["text"].strip()})
    if block.clause and not (block.title and block.citation):
        raise LetterProblem(f"{key}: the clause {block.clause} must have a title and a citation.")
    if block.source not in {"primary", "secondary"}:
        raise LetterProblem(f"{key}: the source of {block.clause} is primary or secondary; others are not shipped.")
    _known_words(key, block.text)
    return block


def _known_words(key: str, text: str) -> None:
    for _, name, _, _ in Formatter().parse(text):
        if name is not None and name not in NAMES:
            raise LetterProblem(f"{key}: nothing is known as {{{name}}}.")


def choose(kind: str, context: LetterContext) -> Template:
    """Return the first template of this kind that suits the case."""
    for template in load_templates().values():
        if template.kind == kind and template.suits(context):
            return template
    raise LetterProblem(f"There is no {kind.replace('_', ' ')} letter for {context.jurisdiction}.")
