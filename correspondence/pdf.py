"""A letter as PDF, set by typst. The words travel as data, so that nothing in them is ever a command."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime

import typst

from correspondence.letters import LetterProblem, clean, spoken
from correspondence.models import Letter

US_LETTER = "us-letter"
NOT_THERE = re.compile(r'the text `"(.+?)"` could not be displayed')
JOINERS = "\u200d\ufe0e\ufe0f"
BOX = "□"
MOST_SIGNS = 60
SOURCE = b"""
#let letter = json(bytes(sys.inputs.letter))
#set document(title: letter.subject, author: letter.firm, date: none)
#set text(lang: letter.language, region: letter.region,
  font: ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"), size: 11pt, hyphenate: false)
#set page(paper: letter.paper, margin: (x: 25mm, top: 25mm, bottom: 22mm), footer: context {
  set text(size: 8.5pt, fill: luma(90))
  [#letter.reference #h(1fr) #counter(page).display("1 / 1", both: true)]
})
#set par(leading: 0.72em, spacing: 1.1em, justify: false)
#let words(text) = text.split("\\n\\n").map(part => par(part.split("\\n").intersperse(linebreak()).join())).join()
#show regex("\\S{35,}"): it => it.text.clusters().map(sign => box(sign)).join() // may break anywhere, or it leaves the page
#show heading: it => block(above: 1.5em, below: 0.7em, text(size: 11.5pt, weight: "bold", it.body))
#grid(columns: (1fr, auto), align: (left, right),
  text(size: 13pt, weight: "bold", letter.firm),
  text(size: 9.5pt)[#letter.our_reference \\ #letter.dated])
#v(10mm)
#if letter.address != "" { words(letter.address); v(6mm) }
#heading(level: 1, letter.subject)
#words(letter.greeting)
#for block in letter.blocks {
  if block.heading != "" { heading(level: 2, block.heading) }
  words(block.text)
}
#v(4mm)
#words(letter.closing)
"""


def render(letter: Letter) -> bytes:
    """Return the letter as PDF/UA-1, A4 or US letter, the same bytes for the same words."""
    language, region = _language(letter.language)
    told = {
        "subject": clean(letter.subject),
        "firm": clean(letter.sender_firm),
        "language": language,
        "region": region,
        "paper": US_LETTER if letter.template.startswith("us.") else "a4",
        "reference": letter.case_reference,
        "our_reference": f"Our reference {letter.case_reference}",
        "dated": spoken(letter.dated),
        "address": clean("\n".join(part for part in (letter.recipient_name, letter.recipient_address) if part)),
        "greeting": clean(f"Dear {letter.recipient_name},"),
        "blocks": [
            {"heading": clean(block["heading"]), "text": clean(block["text"])}
            for block in letter.blocks
            if block["text"].strip()
        ],
        "closing": clean(f"Yours sincerely,\n\n{letter.sender_name}\n{letter.sender_firm}"),
    }
    moment = datetime(letter.dated.year, letter.dated.month, letter.dated.day, tzinfo=UTC)
    return _set(json.dumps(told, ensure_ascii=False), timestamp=int(moment.timestamp()))


def _language(tag: str) -> tuple[str, str | None]:
    """Return the language and, when it is told, the country of a tag such as pt-BR; English when it is none."""
    found = re.fullmatch(r"([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{2}))?", tag)
    return (found[1].lower(), found[2] and found[2].upper()) if found else ("en", None)


def _set(told: str, *, timestamp: int) -> bytes:
    """Set the letter with the fonts typst brings, then with the machine's too; what no font has is said in words."""
    system = False
    for _ in range(MOST_SIGNS):
        try:
            made = typst.compile(
                SOURCE, format="pdf", ignore_system_fonts=not system, sys_inputs={"letter": told},
                pdf_standards=["ua-1"], timestamp=timestamp,
            )  # fmt: skip
        except typst.TypstError as error:
            missing = NOT_THERE.search(str(error))
            if missing is None:
                raise
            if system:
                told = without(told, _unescaped(missing[1]))
            system = True
        else:
            return bytes(made)
    raise LetterProblem("This letter has too many signs that no font here can print. Take them out.")


def without(told: str, text: str) -> str:
    """Replace each sign of the text that is no letter by its name in brackets, and all of a letter's script by boxes."""
    for sign in text:
        name = unicodedata.name(sign, "")
        if sign.isascii():
            raise LetterProblem("This letter has signs that no font here can print. Take them out.")
        if unicodedata.category(sign)[0] in "LMN" and sign not in JOINERS:
            script = name.split(" ")[0]
            told = "".join(BOX if _is_of(other, script) else other for other in told)
        else:
            said = f"[{name.lower()}]" if name and sign not in JOINERS else ""
            told = re.sub(f"[{JOINERS}]*{re.escape(sign)}[{JOINERS}]*", said, told)
    return told


def _is_of(sign: str, script: str) -> bool:
    return ord(sign) > 0x24F and unicodedata.name(sign, "").split(" ")[0] == script


def _unescaped(text: str) -> str:
    """Return the text of typst's message as it was: it writes signs that cannot be seen as \\u{200d}."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)
