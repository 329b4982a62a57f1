"""A sentence of a template as translators see it: text, {gaps} and <tags> without their attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.template.base import Node, TextNode

SPACE = re.compile(r"\s+")
TAG_NAME = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)")
# What stands for something else in a sentence. A closing tag is text: it has no attributes that could differ.
MARK = re.compile(r"(\{\w+\}|<[a-z]+\d*>)")

# What one mark, or a stretch of text, is rendered from.
Parts = list[Node | str]


@dataclass(slots=True)
class Sentence:
    """What translators translate, and what each of its marks stands for."""

    said: str = ""
    marks: dict[str, Parts] = field(default_factory=dict)

    @classmethod
    def of(cls, nodes: Iterable[Node]) -> Sentence:
        """Read the nodes between {% say %} and {% endsay %}."""
        made = cls()
        tag: Parts | None = None
        for node in nodes:
            if not isinstance(node, TextNode):
                if tag is None:
                    made.gap(node)
                else:
                    tag.append(node)
                continue
            tag = made.text(node.s, tag)
        made.said = SPACE.sub(" ", made.said).strip()
        return made

    def text(self, text: str, tag: Parts | None) -> Parts | None:
        """Take in raw text, which may open or end tags; return the tag that is still open at its end."""
        while text:
            if tag is not None:
                inside, end, text = text.partition(">")
                tag.append(inside + end)
                if not end:
                    return tag
                self.tag(tag)
                tag = None
                continue
            opening = re.search(r"<(?=[a-zA-Z])", text)
            if opening is None:
                self.said += text
                return None
            self.said += text[: opening.start()]
            tag, text = [], text[opening.start() :]
        return tag

    def tag(self, parts: Parts) -> None:
        """Take in an opening tag: a bare one is text, one with attributes is a mark."""
        found = TAG_NAME.match(str(parts[0]))
        name = found.group(1).lower() if found else "x"
        if parts == [f"<{name}>"]:
            self.said += f"<{name}>"
            return
        self.mark(f"<{name}", ">", parts)

    def gap(self, node: Node) -> None:
        """Take in something that is filled in."""
        self.mark("{" + name_of(node), "}", [node])

    def mark(self, start: str, end: str, parts: Parts) -> None:
        """Give it a mark of its own: the name, and a number from the second of that name on."""
        for number in range(1, 99):
            known = f"{start}{'' if number == 1 else number}{end}"
            if known not in self.marks or alike(self.marks[known], parts):
                self.marks.setdefault(known, parts)
                self.said += known
                return


def alike(one: Sequence[Node | str], other: Sequence[Node | str]) -> bool:
    """Tell whether two marks were written the same."""
    return [written(part) for part in one] == [written(part) for part in other]


def written(part: Node | str) -> str:
    if isinstance(part, str):
        return part
    return part.s if isinstance(part, TextNode) else contents_of(part)


def contents_of(node: Node) -> str:
    return node.token.contents if node.token else "part"


def name_of(node: Node) -> str:
    """Return how translators see a gap: the last name of a variable, or the name of a tag."""
    contents = contents_of(node)
    first = re.split(r"[\s|]", contents, maxsplit=1)[0]
    words = re.findall(r"[a-z]\w*", first.rpartition(".")[2].lower()) or re.findall(r"[a-z]\w*", first.lower())
    if first == "include":
        words = re.findall(r"_?([a-z]\w*)\.html", contents)
    elif first in {"if", "with", "for"}:
        words = re.findall(r"[a-z]\w*", contents.lower())[:2]
    return "_".join(words) or "part"
