"""Words out: letters, the mail outbox, and what other systems are told."""

from correspondence.models.letters import Letter, LetterKind, LetterState
from correspondence.models.mail import MailState, OutboundMail
from correspondence.models.webhooks import Attempt, Delivery, DeliveryState, Endpoint, EndpointKind, EventType

__all__ = [
    "Attempt", "Delivery", "DeliveryState", "Endpoint", "EndpointKind", "EventType", "Letter", "LetterKind",
    "LetterState", "MailState", "OutboundMail",
]  # fmt: skip
