"""Letter templates: TOML packs beside this file, each clause with the rule that demands it. Pure but for reading them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from correspondence.letters import LetterContext, LetterProblem

FOLDER = Path(__file__).with_name("packs")


@dataclass(frozen=True, slots=True)
class BlockTemplate:
    """One paragraph. With a clause it is what a rule demands, and says which."""

    text: str
    heading: str = ""
    clause: str = ""
    title: str = ""
    citation: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of letter for some customers."""

    key: str
    kind: str
    subject: str
    blocks: tuple[BlockTemplate, ...]
    jurisdictions: frozenset[str] = frozenset()
    eligible: bool | None = None
    payments: bool | None = None

    def suits(self, context: LetterContext) -> bool:
        """Say whether this is the letter for this case."""
        return (
            (not self.jurisdictions or context.jurisdiction in self.jurisdictions)
            and (self.eligible is None or self.eligible is context.eligible)
            and (self.payments is None or self.payments is context.payments)
        )

    @property
    def clauses(self) -> tuple[BlockTemplate, ...]:
        """The paragraphs a rule demands, in the letter's order."""
        return tuple(block for block in self.blocks if block.clause)


@cache
def load_templates(folder: Path = FOLDER) -> dict[str, Template]:
    """Return every template by its key, in the order in which the first that suits is taken."""
    found: dict[str, Template] = {}
    for path in sorted(folder.glob("*.toml")):
        for told in tomllib.loads(path.read_text(encoding="utf-8"))["letter"]:
            template = _template(path.stem.partition("-")[2], told)
            if template.key in found:
                raise LetterProblem(f"{path.name}: there are two templates {template.key}.")
            found[template.key] = template
    return found


def _template(pack: str, told: Mapping[str, object]) -> Template:
    blocks = told["blocks"]
    assert isinstance(blocks, list)
    made = tuple(BlockTemplate(**{**one, "text": one["text"].strip()}) for one in blocks)
    for block in made:
        if block.clause and not (block.title and block.citation):
            raise LetterProblem(f"{pack}: the clause {block.clause} must have a title and a citation.")
    return Template(
        key=f"{pack}.{told['name']}",
        kind=str(told["kind"]),
        subject=str(told["subject"]),
        blocks=made,
        jurisdictions=frozenset(map(str, told.get("jurisdiction", ()))),  # type: ignore[call-overload]
        eligible=told.get("eligible"),  # type: ignore[arg-type]
        payments=told.get("payments"),  # type: ignore[arg-type]
    )


def choose(kind: str, context: LetterContext) -> Template:
    """Return the first template of this kind that suits the case."""
    for template in load_templates().values():
        if template.kind == kind and template.suits(context):
            return template
    raise LetterProblem(f"There is no {kind.replace('_', ' ')} letter for {context.jurisdiction}.")
