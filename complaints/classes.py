"""The classes of a complaint in words."""

from __future__ import annotations

from collections.abc import Iterable

from users.classes import CLASSES

__all__ = ["CLASSES", "named"]


def named(keys: Iterable[str]) -> list[str]:
    """Return these classes in words; one that is not known stands for itself."""
    names = dict(CLASSES)
    return [names.get(key, key) for key in keys]
