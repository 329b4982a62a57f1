"""What a step can answer instead of yes; the words are the house's, from the lowest room."""

from users.errors import NotAllowed, NotVisible, Refused, Stale

__all__ = ["NotAllowed", "NotVisible", "Refused", "Stale"]
