"""What a letter may say about a case, and how its words are filled in. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from users.errors import Refused

ELIGIBLE = frozenset({"consumer", "micro_enterprise", "small_business", "other_eligible"})
PAYMENTS = frozenset({"payment_services", "e_money"})
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

    @property
    def eligible(self) -> bool:
        """True for a customer whom the ombudsman protects."""
        return self.complainant_class in ELIGIBLE

    @property
    def payments(self) -> bool:
        """True for a complaint about payment services or e-money."""
        return bool(PAYMENTS & set(self.complaint_class))

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
        }
        return {key: value for key, value in known.items() if value}

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


def spoken(day: date) -> str:
    """Return the date as a letter writes it."""
    return f"{day.day} {day:%B %Y}"


def filled(text: str, words: Mapping[str, str]) -> str:
    """Put the words into a template's text; raise LetterProblem naming one that is not known."""
    try:
        return text.format_map(words)
    except KeyError as error:
        name = str(error.args[0]).replace("_", " ")
        raise LetterProblem(f"This letter needs the {name}, which the case does not say yet.") from error


def digest_of(subject: str, blocks: Sequence[Mapping[str, str]]) -> str:
    """Return the SHA-256 of a letter's words in one canonical form (hex); an approval is bound to it."""
    said = [subject, [[block.get("heading", ""), block["text"]] for block in blocks]]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
