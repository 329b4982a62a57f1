"""Words of ours that Python wrote, said in the reader's language: exactly known, or known by their pattern."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language, gettext

from config.words.po import catalogs, read
from users.dates import said_again

GAP = re.compile(r"\{(\w+)\}")
# How deep a sentence may stand in the gap of another.
DEEPEST = 4
LONGEST = 600
# Words that are put behind others, such as ", which is above their limit".
BEHIND = (",", ";", ".")
# An amount behind words, as the story has it: refund EUR 480.00.
PRICED = re.compile(r"(.+?)( [A-Z]{3} [\d.,]+)")
# So many letters and signs make a pattern telling.
ENOUGH = 6
# A gap at the beginning does not reach over another sentence.
FIRST = r"(?:(?!; |\. ).)*?"


def said(words: str) -> str:
    """Return words that our code wrote in the reader's language; what is not ours comes back as it is."""
    language = get_language() or "en"
    if "\n" in words:
        return "\n".join(said(line) for line in words.split("\n"))
    return words if language.startswith("en") or len(words) > LONGEST else _said(words, language)


@lru_cache(maxsize=20000)
def _said(words: str, language: str, depth: int = 0, *, ours: bool = True) -> str:
    """Return the translation. `language` is the active one, and tells the answers of the cache apart.

    What stands in a gap may be somebody else's words (not `ours`): it is taken apart only where every part is known.
    """
    bare = words.strip()
    if bare != words and bare:
        return words.replace(bare, _said(bare, language, depth, ours=ours), 1)
    if not words or words in catalogue(language) or depth > DEEPEST:
        return gettext(words) if words else ""
    for known, cut in ((f"{words}.", ""), (words.removesuffix("."), ".")):
        # The same sentence with or without its full stop.
        if known in catalogue(language):
            return gettext(known).removesuffix(".") + cut
    large = words[0].upper() + words[1:]
    if large in catalogue(language):
        found = gettext(large)
        return found if language.startswith("de") else found[0].lower() + found[1:]
    for pattern, known in _candidates(words, language):
        if not ours and not _telling(known):
            continue
        if match := pattern.fullmatch(words):
            return _filled(known, match, language, depth, ours=ours)
        if match := pattern.fullmatch(f"{words}."):
            return _filled(known, match, language, depth, ours=ours).removesuffix(".")
    return _in_parts(words, language, depth, ours=ours)


def _telling(known: str) -> bool:
    """Tell whether a pattern says enough to be known within somebody else's words: {a} to {b} does not."""
    literal = GAP.sub("", known).replace(" ", "")
    begins = not known.startswith("{") and len(GAP.findall(known)) == 1
    return known[:1] in BEHIND or len(literal) >= ENOUGH or (begins and len(literal) >= ENOUGH // 2)


def _filled(known: str, match: re.Match[str], language: str, depth: int, *, ours: bool) -> str:
    """Return the translation of a known pattern with its gaps filled."""
    gaps = match.groupdict()
    before, stop = gaps.pop("before_it", ""), gaps.pop("after_it", "")
    told = {name: _said(text, language, depth + 1, ours=False) if text else "" for name, text in gaps.items()}
    said_before = _said(before, language, depth + 1, ours=ours) if before else ""
    return said_before + GAP.sub(lambda found: told.get(found[1], found[0]), gettext(known)) + stop


def _in_parts(words: str, language: str, depth: int, *, ours: bool) -> str:
    """Return several sentences said one by one, or a list said word by word; else only its dates are said again."""
    priced = PRICED.fullmatch(words)
    if priced:
        return _said(priced[1], language, depth + 1, ours=ours) + priced[2]
    for between in (". ", "; ", ", ", ": ", " ("):
        parts = words.split(between)
        if len(parts) > 1:
            whole = [part + "." if between == ". " and part is not parts[-1] else part for part in parts]
            told = [_said(part, language, depth + 1, ours=ours) for part in whole]
            if (any if ours else all)(one != other for one, other in zip(whole, told, strict=True)):
                return (" " if between == ". " else between).join(told)
    for between in ("and", "or"):
        whole = words.split(f" {between} ")
        told = [_said(part, language, depth + 1, ours=ours) for part in whole]
        # Only where all of it is ours: a sentence of somebody else's is not to be half translated.
        if len(whole) > 1 and all(one != other for one, other in zip(whole, told, strict=True)):
            return f" {gettext(between)} ".join(told)
    return said_again(words)


@lru_cache(maxsize=8)
def _patterns(language: str) -> dict[str, list[tuple[re.Pattern[str], str]]]:
    """Return the sentences with gaps that this language knows, by a word they hold, the most telling first."""
    known = [words for words in catalogue(language) if (GAP.search(words) and "<" not in words) or words[:1] in BEHIND]
    by_word: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for words in sorted(known, key=lambda one: (-len(GAP.sub("", one)), one)):
        rest = re.findall(r"[^\W\d_]{2,}", GAP.sub(" ", words))
        if rest:
            by_word.setdefault(max(rest, key=len), []).append((_pattern(words), words))
    return by_word


def _pattern(words: str) -> re.Pattern[str]:
    seen: set[str] = set()
    made = r"(?P<before_it>.+?)" if words[:1] in BEHIND else ""
    at = 0
    for gap in GAP.finditer(words):
        made += re.escape(words[at : gap.start()])
        made += f"(?P={gap[1]})" if gap[1] in seen else f"(?P<{gap[1]}>{'.*?' if gap.start() else FIRST})"
        seen.add(gap[1])
        at = gap.end()
    behind = r"(?P<after_it>\.?)" if words[:1] in BEHIND and words[-1] != "." else ""
    return re.compile(made + re.escape(words[at:]) + behind, re.S)


def _candidates(words: str, language: str) -> list[tuple[re.Pattern[str], str]]:
    by_word = _patterns(language)
    found = [one for word in dict.fromkeys(re.findall(r"[^\W\d_]{2,}", words)) for one in by_word.get(word, ())]
    # What is put behind others goes first: the sentence before it is then whole.
    return sorted(found, key=lambda one: (one[1][:1] not in BEHIND, -len(GAP.sub("", one[1]))))


@cache
def catalogue(language: str) -> frozenset[str]:
    """Return the English of all that is translated into this language by us; read once."""
    paths = [path for known, path in catalogs(Path(settings.BASE_DIR)) if known == language]
    entries = [entry for path in paths for entry in read(path.read_text(encoding="utf-8")).values()]
    return frozenset(entry.said for entry in entries if entry.is_whole)
