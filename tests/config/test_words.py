"""Words of pages: every one is marked for translators, every catalog is whole, and none says something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template.base import Node, NodeList, TextNode
from django.template.engine import Engine

from config.management.commands.words import merged
from config.templatetags.words import Say
from config.words.checking import problems, wrong
from config.words.finding import everything
from config.words.pieces import Sentence
from config.words.po import Entry, catalogs, compiled, read, write
from config.words.spoken import said_in

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LANGUAGES = [language for language, _ in catalogs(ROOT)]
# Names and signs that are the same in every language.
SAME = {
    "Redress", "UTC", "PDF", "TOML", "SHA-256", "esc", "Message-ID", "webhook-id", "msg_", "C-26-000123", "first-reply",
    "https://www.gov.uk/bank-holidays", "days", "ms",
}  # fmt: skip
READ_OUT = {"title", "aria-label", "placeholder", "alt"}
# Swagger's own page, and what stands in the customer's language: the letter.
UNSAID = {
    "templates/api/docs.html": None,
    "templates/correspondence/_paper.html": {"Our reference", "Dear", "Yours sincerely"},
}


class Visible(HTMLParser):
    """What people see or hear of a page: its text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style", "kbd", "code", "pre"}
        self.found += [value for name, value in attrs if name in READ_OUT and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style", "kbd", "code", "pre"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def unmarked(nodes: NodeList) -> str:
    """The text of a template without what is marked; a sign stands where anything is filled in."""

    def parts(node: Node) -> Iterator[str]:
        if isinstance(node, TextNode):
            yield node.s
        elif isinstance(node, Say):
            yield "·"
        else:
            inner = [getattr(node, name, None) for name in node.child_nodelists]
            lists = [found for found in inner if found] or [
                branch for _, branch in getattr(node, "conditions_nodelists", ())
            ]
            for found in lists:
                for one in found:
                    yield from parts(one)
            yield "·"

    return "".join(part for node in nodes for part in parts(node))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_every_visible_word_of_a_template_is_marked(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    if UNSAID.get(place, set()) is None:
        return
    source = re.sub(r"\{%\s*extends [^%]*%\}", "", path.read_text(encoding="utf-8"))
    page = Visible()

    page.feed(unmarked(Engine.get_default().from_string(source).nodelist))

    pieces = [piece.strip(" ,.;:()“”\n") for text in page.found for piece in text.split("·")]
    left = {piece for piece in pieces if re.search(r"[^\W\d_]{2,}", piece)} - SAME - (UNSAID.get(place) or set())
    assert not left, f"Put {{% say %}}…{{% endsay %}} around: {left}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalog_says_what_the_pages_say_and_its_compiled_form_is_made_of_it(language: str) -> None:
    path = dict(catalogs(ROOT))[language]
    known = read(path.read_text(encoding="utf-8"))
    entries = merged(everything(ROOT), known)

    assert {entry.said for entry in entries} == set(known), "Run manage.py words."
    assert path.read_text(encoding="utf-8") == write(language, entries)
    assert path.with_suffix(".mo").read_bytes() == compiled(language, entries)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_translated_with_the_same_gaps_and_tags_as_the_english(language: str) -> None:
    entries = read(dict(catalogs(ROOT))[language].read_text(encoding="utf-8")).values()

    assert list(problems(language, entries)) == []


@pytest.mark.parametrize(
    ("said", "told", "what"),
    [
        ("{name} is saved.", "Gespeichert.", "marks"),
        ("Show <a>it</a>", "<a>Zeigen", "closed"),
        ("Words", 'Die "Worte"', "quotation"),
        ("Words", "Worte & mehr", "no HTML"),
        ("Words ", "Worte", "blank"),
    ],
)
def test_a_translation_that_could_not_stand_there_is_named(said: str, told: str, what: str) -> None:
    assert what in " ".join(wrong(said, told))


def test_what_is_not_translated_or_not_sure_is_named() -> None:
    entries = [Entry("Words", told=[""]), Entry("More", told=["Mehr"], fuzzy=True), Entry("One", "Many", ["Eins", ""])]

    assert len(list(problems("de", entries))) == 3


def test_a_catalog_is_read_as_it_was_written() -> None:
    entries = [
        Entry('He said "no" \\ and\nleft', told=["Er sagte „nein“"], places=["a.html", "b.html"]),
        Entry("{n} day", "{n} days", ["{n} Tag", "{n} Tage"], ["c.html"]),
    ]

    assert list(read(write("de", entries)).values()) == entries


def test_a_sentence_is_one_whole_for_translators_with_gaps_and_tags_without_attributes() -> None:
    template = Engine.get_default().from_string(
        '{{ case.reference }} went to <a class="x" href="{% url \'desk:home\' %}">{{ case.owner.name|title }}</a>,'
        ' then <b>home</b> to <a href="/b">{{ other.name }}</a>.'
    )

    made = Sentence.of(template.nodelist)

    assert made.said == "{reference} went to <a>{name}</a>, then <b>home</b> to <a2>{name2}</a>."
    assert set(made.marks) == {"{reference}", "<a>", "{name}", "<a2>", "{name2}"}


def test_words_in_the_code_are_found_where_people_read_them_and_nowhere_else() -> None:
    source = '''
"""A docstring."""
log.info("%s came in", name)
NAMES = {"key of it": "What people read"}
def say(one, many):
    """Another docstring."""
    if one == "not to be read":
        raise Refused(f"{one.name} has {many} case{'' if many == 1 else 's'}.")
    return Case.objects.filter(state="in the database").get(pk="the first one")
class Kind(models.TextChoices):
    MAIL = "mail", "e-mail"
'''

    assert [said for _, said in said_in(source)] == [
        "What people read", "{name} has {many} case.", "{name} has {many} cases.", "e-mail",
    ]  # fmt: skip
