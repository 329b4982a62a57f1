"""{% say %} marks a sentence of a page for translation; |word translates a word that Python gave to the page."""

from __future__ import annotations

from collections import UserList
from datetime import date as day
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.html import json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language, get_language_bidi, gettext, ngettext

from config.words.pieces import MARK, Sentence
from config.words.saying import said
from config.words.scripts import in_scripts
from users.dates import written

register = template.Library()


@cache
def of_scripts() -> tuple[str, ...]:
    """Return what the scripts say, read once."""
    return tuple(dict.fromkeys(words for _, words in in_scripts(Path(settings.BASE_DIR))))


@lru_cache(maxsize=8192)
def cut(told: str) -> tuple[str, ...]:
    """Return a translation cut at its marks."""
    return tuple(MARK.split(told))


class Say(Node):
    """A sentence, with anything a template may hold in its gaps. As written where there is no translation."""

    child_nodelists = ("nodelist", "many")

    def __init__(self, nodelist: NodeList, many: NodeList, count: FilterExpression | None) -> None:
        self.nodelist, self.many, self.count = nodelist, many, count
        self.one = Sentence.of(nodelist)
        self.more = Sentence.of(many) if count else None

    def render(self, context: Context) -> SafeString:
        if self.count is None or self.more is None:
            told = gettext(self.one.said)
            return self.nodelist.render(context) if told == self.one.said else self.filled(told, context)
        number = counted(self.count.resolve(context))
        told = ngettext(self.one.said, self.more.said, number)
        if told in {self.one.said, self.more.said}:
            return (self.nodelist if number == 1 else self.many).render(context)
        return self.filled(told, context)

    def filled(self, told: str, context: Context) -> SafeString:
        """Return a translation with its gaps filled."""
        marks = {**(self.more.marks if self.more else {}), **self.one.marks}
        made = []
        for part in cut(told):
            if part in marks:
                made += [one if isinstance(one, str) else str(one.render_annotated(context)) for one in marks[part]]
            else:
                made.append(part)
        return mark_safe("".join(made))  # noqa: S308  the words are ours, the gaps escape themselves


def counted(value: object) -> int:
    """Return the number a plural goes by; a list is counted."""
    return int(value) if isinstance(value, (int, float, str)) else len(value)  # type: ignore[arg-type]


@register.tag
def say(parser: Parser, token: Token) -> Say:
    """Read {% say %}…{% endsay %}, or {% say count=n %}one{% plural %}many{% endsay %}."""
    _, _, rest = token.contents.partition(" ")
    count = parser.compile_filter(rest.strip().removeprefix("count=")) if rest.strip() else None
    nodelist = parser.parse(("plural", "endsay") if count else ("endsay",))
    many = NodeList()
    if parser.next_token().contents == "plural":
        many = parser.parse(("endsay",))
        parser.delete_first_token()
    return Say(nodelist, many, count)


@register.filter
def word(value: object) -> object:
    """Return words of ours that came from Python in the reader's language; anything else as it is."""
    if isinstance(value, SafeString) or not value:
        return value
    if isinstance(value, (list, tuple, UserList)):
        return [word(str(one)) for one in value]
    if isinstance(value, (str, Promise)):
        return said(str(value))
    return value


@register.filter
def clock_lines(value: str) -> str:
    """Return lines such as "Final response, due Tue 3 Nov 2026 (DISP 1.6)": the title is the law's, what follows is ours."""
    parts = [line.partition(", ") for line in value.split("\n")]
    return "\n".join(title + comma + said(rest) for title, comma, rest in parts)


@register.filter
def lower_word(value: object) -> object:
    """Return a word of ours as it stands within a sentence: small, but in German, where nouns are never small."""
    told = str(word(value))
    return told if (get_language() or "").startswith("de") else told.lower()


@register.filter(name="date", is_safe=False)
def date(value: object, pattern: str) -> str:
    """Return a date by Django's letters, in the order the reader's language has them."""
    if not isinstance(value, day):
        return ""
    return written(localtime(value) if isinstance(value, datetime) and is_aware(value) else value, pattern)


@register.simple_tag
def page_language() -> str:
    """Return the language of the page as HTML wants it."""
    return (get_language() or "en").split("-")[0]


@register.simple_tag
def direction() -> str:
    """Return the direction of the page's language: ltr or rtl."""
    return "rtl" if get_language_bidi() else "ltr"


@register.simple_tag
def script_words() -> SafeString | str:
    """Return what the scripts say in the reader's language; nothing in English, which is what they are written in."""
    if page_language() == "en":
        return ""
    return json_script({words: gettext(words) for words in of_scripts()}, "script-words")
