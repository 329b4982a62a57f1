"""A letter as PDF, set by typst. The words travel as data, so that nothing in them is ever a command."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import typst

from correspondence.models import Letter

US_LETTER = "us-letter"
SOURCE = b"""
#let letter = json(bytes(sys.inputs.letter))
#set document(title: letter.subject, author: letter.firm, date: none)
#set text(lang: letter.language, font: ("Libertinus Serif", "New Computer Modern"), size: 11pt, hyphenate: true)
#set page(paper: letter.paper, margin: (x: 25mm, top: 25mm, bottom: 22mm), footer: context {
  set text(size: 8.5pt, fill: luma(90))
  [#letter.reference #h(1fr) #counter(page).display("1 / 1", both: true)]
})
#set par(leading: 0.72em, spacing: 1.1em, justify: false)
#let words(text) = text.split("\\n\\n").map(part => par(part.split("\\n").intersperse(linebreak()).join())).join()
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
    told = {
        "subject": letter.subject,
        "firm": letter.sender_firm,
        "language": letter.language,
        "paper": US_LETTER if letter.template.startswith("us.") else "a4",
        "reference": letter.case_reference,
        "our_reference": f"Our reference {letter.case_reference}",
        "dated": f"{letter.dated.day} {letter.dated:%B %Y}",
        "address": "\n".join(part for part in (letter.recipient_name, letter.recipient_address) if part),
        "greeting": f"Dear {letter.recipient_name},",
        "blocks": [{"heading": block["heading"], "text": block["text"]} for block in letter.blocks],
        "closing": f"Yours sincerely,\n\n{letter.sender_name}\n{letter.sender_firm}",
    }
    moment = datetime(letter.dated.year, letter.dated.month, letter.dated.day, tzinfo=UTC)
    return _set(json.dumps(told, ensure_ascii=False), timestamp=int(moment.timestamp()))


def _set(told: str, *, timestamp: int) -> bytes:
    """Set the letter with the fonts typst brings; with the machine's, untagged, when a sign is in none of those."""
    try:
        made = typst.compile(
            SOURCE, format="pdf", ignore_system_fonts=True, sys_inputs={"letter": told}, pdf_standards=["ua-1"],
            timestamp=timestamp,
        )  # fmt: skip
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        made = typst.compile(SOURCE, format="pdf", sys_inputs={"letter": told}, timestamp=timestamp)
    return bytes(made)
