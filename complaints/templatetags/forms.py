"""What forms carry."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
SELECTED = mark_safe(" selected")


@register.simple_tag
def once_key() -> SafeString:
    """Give the form a key of its own, by which it is known again when it is sent twice."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid4())


@register.filter
def options(choices: Mapping[str, str], chosen: str = "") -> SafeString:
    """Return the lines of a select for these names by their values: a house has hundreds of people to choose from."""
    lines = ((value, SELECTED if value == chosen else "", name) for value, name in choices.items())
    return format_html_join("", '<option value="{}"{}>{}</option>', lines)
