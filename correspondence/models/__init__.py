"""Words out: letters, the mail outbox, and what other systems are told."""

from correspondence.models.letters import Letter, LetterKind, LetterState
from correspondence.models.mail import BadAddress, MailHow, MailState, MailWish, OutboundMail
from correspondence.models.webhooks import Attempt, Delivery, DeliveryState, Endpoint, EndpointKind, EventType

__all__ = [
    "Attempt", "BadAddress", "Delivery", "DeliveryState", "Endpoint", "EndpointKind", "EventType", "Letter", "LetterKind",
    "LetterState", "MailHow", "MailState", "MailWish", "OutboundMail",
]  # fmt: skip
