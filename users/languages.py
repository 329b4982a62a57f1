"""The languages people write in (ISO 639-1), and which one is usual where."""

from __future__ import annotations

LANGUAGES = {
    "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "et": "Estonian", "fi": "Finnish", "fr": "French", "ga": "Irish", "hr": "Croatian", "hu": "Hungarian",
    "it": "Italian", "lt": "Lithuanian", "lv": "Latvian", "mt": "Maltese", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "sk": "Slovak", "sl": "Slovenian", "sv": "Swedish", "zh": "Chinese",
}  # fmt: skip
# Where a country has several, the one most of its customers write in; a case says when it is another.
USUAL = {
    "AT": "de", "AU": "en", "BE": "nl", "BG": "bg", "BR": "pt", "CH": "de", "CY": "el", "CZ": "cs", "DE": "de", "DK": "da",
    "EE": "et", "ES": "es", "FI": "fi", "FR": "fr", "GB": "en", "GR": "el", "HR": "hr", "HU": "hu", "IE": "en", "IN": "en",
    "IT": "it", "LT": "lt", "LU": "fr", "LV": "lv", "MT": "mt", "NL": "nl", "PL": "pl", "PT": "pt", "RO": "ro", "SE": "sv",
    "SI": "sl", "SK": "sk", "US": "en",
}  # fmt: skip


def usual_in(country: str) -> str:
    """Return the language usual in a country (ISO 3166-1 alpha-2); English where none is known."""
    return USUAL.get(country, "en")


def language_named(code: str) -> str:
    """Return a language in words; one that is not known stands for itself."""
    return LANGUAGES.get(code, code)
