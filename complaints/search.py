"""Find complaints by reference, customer and what was said; a typo is forgiven. Capped, and never beyond what one may see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from django.db.models import CharField, QuerySet
from django.db.models.functions import Upper

from complaints.models import Complainant, Complaint

# More than this nobody reads; they add a word.
CAP = 200
LONGEST, MOST_WORDS = 200, 8
# Fewer exact hits than this, and what is nearly the same is looked for too.
FEW = 5
# Read with a bitmap, the cost is that of the words' postings. Starting a second process takes longer than a search.
MANNER = (
    "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true),"
    " set_config('work_mem', '64MB', true), set_config('max_parallel_workers_per_gather', '0', true),"
    " set_config('pg_trgm.word_similarity_threshold', '0.45', true)"
)
VOCABULARY = """SELECT asked, array_agg(word ORDER BY similarity(asked, word) DESC)
    FROM unnest(%s) AS asked, unnest((SELECT most_common_elems::text::text[] FROM pg_stats
      WHERE schemaname = current_schema() AND tablename = 'complaints_words' AND attname = 'said')) AS word
    WHERE length(word) BETWEEN 0.6 * length(asked) AND 1.7 * length(asked) AND similarity(asked, word) > 0.3
    GROUP BY asked"""
# No word much shorter or longer can be as like as this.
LIKE_ENOUGH = 0.75


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: the complaints' keys, at most the cap, and the words it took a misspelt question for."""

    ids: list[int]
    meant: str = ""
    most: int = CAP

    @property
    def is_capped(self) -> bool:
        return len(self.ids) >= self.most


def find(among: QuerySet[Complaint], text: str, *, most: int | None = None, open_first: bool = False) -> Found:
    """Return which of these complaints the text finds. The caller gives what the person may see, and no more.

    What is nearly the same is asked for last and of all of them at once: it costs most, and a word many complaints
    hold is corrected without it.
    """
    words = [word.lower() for word in re.findall(r"\w+", text[:LONGEST])][:MOST_WORDS]
    most = most or CAP
    if not words:
        return Found([])
    parts = (among.filter(has_ended=False), among.filter(has_ended=True)) if open_first else (among,)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MANNER)
        ids = _first(most, ([by_reference(part, text), by_words(part, words), by_name(part, text)] for part in parts))
        if len(ids) >= FEW:
            return Found(ids, most=most)
        meant = words if ids else corrected(words)
        near = _first(most, ([by_words(part, meant)] for part in parts)) if meant != words else []
        if len(near) < FEW:
            near = list(nearly(among, words).values_list("pk", flat=True)[:most]) + near
    new = [pk for pk in dict.fromkeys(near) if pk not in set(ids)]
    return Found((ids + new)[:most], " ".join(meant) if meant != words and new else "", most)


def _first(most: int, asked: Iterable[Sequence[QuerySet[Complaint]]]) -> list[int]:
    """Return some keys of each part, the newest of them first; a part is only asked while there is room."""
    ids: list[int] = []
    for questions in asked:
        if len(ids) < most:
            ids += sorted(_keys(most - len(ids), *questions), reverse=True)
    return ids


def _keys(most: int, *parts: QuerySet[Complaint]) -> list[int]:
    first, *rest = (part.order_by().values_list("pk", flat=True)[:most] for part in parts)
    return list(first.union(*rest)[:most])


def by_reference(among: QuerySet[Complaint], text: str) -> QuerySet[Complaint]:
    """Return those in whose reference or subject the text stands; every reference has figures in it."""
    part = text.strip()
    if len(part) < 3 or not any(letter.isdecimal() for letter in part):
        return Complaint.objects.none()
    return among.filter(words__line__contains=part.upper())


def by_words(among: QuerySet[Complaint], words: list[str]) -> QuerySet[Complaint]:
    """Return those in whose subject or narrative every word stands; the last may be the beginning of a longer one.

    A beginning stands for every word that begins so. Two of them that are common cost more than all the rest.
    """
    *whole, last = (f"'{word}'" for word in words)
    query = " & ".join([*whole, f"{last}:*" if len(words[-1]) > 3 else last])
    return among.filter(words__said=SearchQuery(query, search_type="raw", config="simple"))


def written(among: QuerySet[Complaint], text: str) -> QuerySet[Complaint]:
    """Return those that hold every word of the text as it is written: for the newest few, where no typo is forgiven."""
    words = [word.lower() for word in re.findall(r"\w+", text[:LONGEST])][:MOST_WORDS]
    return by_words(among, words) if words else among.none()


def holding(among: QuerySet[Complaint], word: str, *, most: int) -> list[int]:
    """Return the keys of some complaints in whose subject or narrative this word stands, read by the index alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MANNER)
        return list(by_words(among, [word.lower()]).order_by().values_list("pk", flat=True)[:most])


def by_name(among: QuerySet[Complaint], text: str) -> QuerySet[Complaint]:
    """Return those of customers with this in their name, or with this e-mail address."""
    part = " ".join(text.split())
    people = Complainant.objects.order_by()
    found = people.filter(name__icontains=part) if len(part) > 2 else people.none()
    if "@" in part:
        found = people.filter(email__iexact=part).exclude(email="")
    return among.filter(complainant__in=found.values("pk")[: 4 * CAP])


def nearly(among: QuerySet[Complaint], words: list[str]) -> QuerySet[Complaint]:
    """Return those whose customer or subject holds words nearly like these, what is open first.

    Short words are like everything; and another figure is another reference, no typo.
    """
    words = [word for word in words if len(word) > 3 and word.isalpha()]
    if not words:
        return Complaint.objects.none()
    people = Complainant.objects.annotate(upper=Upper("name", output_field=CharField()))
    rows = among
    for word in words:
        people = people.filter(upper__trigram_word_similar=word.upper())
        rows = rows.filter(words__line__trigram_word_similar=word.upper())
    named = among.filter(complainant__in=people.values("pk")[: 4 * CAP])
    return Complaint.objects.filter(pk__in=_keys(CAP, rows, named)).order_by("has_ended", "-pk")


def corrected(words: list[str]) -> list[str]:
    """Return the words, each that nobody uses replaced by the likest one that many complaints hold."""
    with connection.cursor() as cursor:
        cursor.execute(VOCABULARY, [words])
        near = dict(cursor.fetchall())
    return [_likest(word, near.get(word, [])) for word in words]


def _likest(word: str, near: list[str]) -> str:
    if word in near or len(word) < 4:
        return word
    likeness = {one: SequenceMatcher(None, word, one).ratio() for one in near[:12]}
    best = max(likeness, key=lambda one: likeness[one], default=word)
    return best if likeness.get(best, 0) >= LIKE_ENOUGH else word
