"""The languages pages can speak. Pure."""

from __future__ import annotations

# Each is named in itself, so that whoever reads no other finds it.
LANGUAGES = (("en-gb", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español"), ("pt", "Português"))
