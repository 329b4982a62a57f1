"""Letters and mails to test with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from correspondence.letters import FindingWords, LetterContext
from correspondence.models import Letter, LetterKind, OutboundMail
from correspondence.services import draft_letter, queue_mail
from users.models import User

AT = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
CONTEXT = LetterContext(
    reference="C-26-004127", jurisdiction="GB", complainant_class="consumer", complaint_class=("payment_services",),
    recipient_name="Ana Brennan", recipient_email="ana@customer.example", recipient_address="4 Quay St\nBray",
    sender_name="Maeve Kelly", sender_firm="Larkspur Payments Ltd", subject="Payout held for nine days",
    received_on=date(2026, 6, 1), dated=date(2026, 6, 10), outcome="partly_upheld",
    reasons="We held your payout without a reason to.",
    findings=(
        FindingWords(1, "The payout was held", "A check that did not apply held it for nine days.", True),
        FindingWords(2, "Nobody answered", "We answered both of your messages.", False),
    ),
    redress_kind="compensation", redress_amount=Decimal("1250.5"), currency="GBP",
    promised_on=date(2026, 7, 1), holding_reason="We wait for the receiving bank.",
    question="Which account did you expect it in?", respond_by=date(2026, 6, 20),
)  # fmt: skip


def a_context(**given: Any) -> LetterContext:
    """Everything that can be known of a case, but for what is given."""
    return replace(CONTEXT, **given)


def a_letter(actor: User, kind: LetterKind = LetterKind.FINAL_RESPONSE, **given: Any) -> Letter:
    """A drafted letter."""
    return draft_letter(kind, a_context(**given), actor=actor, at=AT)


def a_page(text: str, **given: Any) -> Letter:
    """A letter with one paragraph, not kept anywhere."""
    told: dict[str, Any] = {
        "kind": LetterKind.QUESTION, "case_reference": "C-26-004127", "template": "general.question",
        "sender_name": "Maeve Kelly", "sender_firm": "Larkspur Payments Ltd", "recipient_name": "Ana Brennan",
        "dated": date(2026, 6, 10), "subject": "A question", "blocks": [{"heading": "", "text": text}],
    }  # fmt: skip
    return Letter(**told | given)


def a_mail(number: int = 1, **given: Any) -> OutboundMail:
    """A mail that waits in the outbox."""
    told: dict[str, Any] = {"to": "ana@customer.example", "subject": f"Mail {number}", "body": "Hello.", "at": AT}
    return queue_mail(message_id=f"mail-{number}@larkspur.example", **told | given)


def read(pdf: bytes | memoryview | None) -> str:
    """Return the words of a PDF, each line end a space, as a reader sees them."""
    assert pdf is not None
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(bytes(pdf))).pages).split())
