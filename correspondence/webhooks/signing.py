"""Secrets of endpoints, and signatures in the manner of Standard Webhooks (standardwebhooks.com).

No secret is stored. It is derived from a random salt in the row and SECRET_KEY, so that neither a copy of the database
nor the key alone can sign, and nobody can be shown it again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

from django.utils.crypto import salted_hmac

from correspondence.models import Endpoint
from users.errors import Refused

PREFIX = "whsec_"


class OtherKey(Refused):
    """SECRET_KEY was changed since the secret was shown: what we signed now, nobody could verify."""


def new_salt() -> str:
    """Return a fresh salt (64 hex characters)."""
    return secrets.token_hex(32)


def secret_of(salt: str) -> str:
    """Return the secret of this salt, as the receiver is given it."""
    derived = salted_hmac("correspondence.webhooks", salt, algorithm="sha256").digest()
    return PREFIX + base64.b64encode(derived).decode()


def fingerprint_of(secret: str) -> str:
    """Return what tells one secret from another and gives nothing away (16 hex characters)."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


def headers(endpoint: Endpoint, event: UUID, body: str, *, at: datetime) -> dict[str, str]:
    """Return the three headers that let the receiver know it is us; two signatures while two secrets are valid."""
    current = secret_of(endpoint.salt)
    if fingerprint_of(current) != endpoint.fingerprint:
        raise OtherKey("This endpoint's secret was made with another SECRET_KEY. Make a new secret and hand it over.")
    valid = [current]
    if endpoint.old_salt and endpoint.old_until and at < endpoint.old_until:
        valid.append(secret_of(endpoint.old_salt))
    stamp = int(at.timestamp())
    return {
        "webhook-id": f"msg_{event.hex}",
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(sign(secret, f"msg_{event.hex}", stamp, body) for secret in valid),
    }


def sign(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """Return the signature of a message: "v1," and the HMAC-SHA256 over id, seconds since 1970 and body (base64)."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    said = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
