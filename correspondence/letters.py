"""What a letter may say about a case, and how its words are filled in. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from users.errors import Refused

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
OUTCOMES = {
    "upheld": "We uphold your complaint.",
    "partly_upheld": "We uphold your complaint in part.",
    "rejected": "We do not uphold your complaint.",
}
REDRESS = {
    "refund": "We will refund {money}.",
    "compensation": "We offer you {money} in compensation.",
    "interest": "We will pay you {money} in interest.",
    "apology": "We apologise for what went wrong.",
    "correction": "We will put right what went wrong.",
    "none": "We do not offer redress.",
}
SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "AUD": "A$"}


NAMES = {
    "reference": "our reference",
    "recipient_name": "the customer's name",
    "sender_name": "the name of who writes it",
    "sender_firm": "the name of the firm",
    "subject": "what the complaint is about",
    "received_on": "the day the complaint was received",
    "outcome": "the outcome",
    "reasons": "the reasons for the decision",
    "findings": "a finding on each point",
    "redress": "the redress, or that there is none",
    "promised_on": "the day by which the customer hears from us",
    "holding_reason": "the reason for the delay",
    "question": "the question to the customer",
    "respond_by": "the day by which we hope for an answer",
}


class LetterProblem(Refused):
    """A letter cannot be written or sent now; the text says why."""


@dataclass(frozen=True, slots=True)
class FindingWords:
    """What was found on one point."""

    number: int
    point: str
    text: str
    upheld: bool


@dataclass(frozen=True, slots=True)
class LetterContext:
    """Everything a letter may say about a case, as known when it is written."""

    reference: str
    jurisdiction: str
    complainant_class: str
    complaint_class: tuple[str, ...]
    recipient_name: str
    recipient_email: str
    recipient_address: str
    sender_name: str
    sender_firm: str
    subject: str
    received_on: date
    dated: date
    language: str = "en"
    outcome: str = ""
    reasons: str = ""
    findings: tuple[FindingWords, ...] = ()
    redress_kind: str = "none"
    redress_amount: Decimal | None = None
    currency: str = ""
    promised_on: date | None = None
    holding_reason: str = ""
    question: str = ""
    respond_by: date | None = None

    def words(self) -> dict[str, str]:
        """Return what the placeholders of a template stand for; a word that is not known is not in it."""
        known = {
            "reference": self.reference,
            "recipient_name": self.recipient_name,
            "sender_name": self.sender_name,
            "sender_firm": self.sender_firm,
            "subject": self.subject,
            "received_on": spoken(self.received_on),
            "outcome": OUTCOMES.get(self.outcome, ""),
            "reasons": self.reasons,
            "findings": "\n\n".join(_finding(one) for one in self.findings),
            "redress": self._redress(),
            "promised_on": spoken(self.promised_on) if self.promised_on else "",
            "holding_reason": self.holding_reason,
            "question": self.question,
            "respond_by": spoken(self.respond_by) if self.respond_by else "",
        }
        cleaned = {key: clean(value) for key, value in known.items()}
        return {key: value for key, value in cleaned.items() if value}

    def _redress(self) -> str:
        money = ""
        if self.redress_amount:
            symbol = SYMBOLS.get(self.currency, f"{self.currency} ")
            money = f"{symbol}{self.redress_amount:,.2f}"
        said = REDRESS.get(self.redress_kind, "")
        if "{money}" in said and not money:
            raise LetterProblem("The decision says money is paid, but not how much. Decide again with an amount.")
        return said.replace("{money}", money)


def _finding(finding: FindingWords) -> str:
    return f"{finding.number}. {finding.point}: {'upheld' if finding.upheld else 'not upheld'}. {finding.text}"


def clean(text: str) -> str:
    """Return the text in one form: plain line ends, no space at their ends, no signs that cannot be printed."""
    lines = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def spoken(day: date) -> str:
    """Return the date as a letter writes it."""
    return f"{day.day} {day:%B %Y}"


def filled(text: str, words: Mapping[str, str]) -> str:
    """Put the words into a template's text; raise LetterProblem naming one that is not known."""
    try:
        return text.format_map(words)
    except KeyError as error:
        wanted = NAMES.get(str(error.args[0]), str(error.args[0]).replace("_", " "))
        raise LetterProblem(f"This letter needs {wanted}, which the case does not say yet.") from error


def digest_of(subject: str, blocks: Sequence[Mapping[str, str]]) -> str:
    """Return the SHA-256 of a letter's words in one canonical form (hex); an approval is bound to it."""
    said = [subject, [[block.get("heading", ""), block["text"]] for block in blocks]]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
