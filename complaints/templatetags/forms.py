"""What forms carry."""

from __future__ import annotations

from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def once_key() -> SafeString:
    """Give the form a key of its own, by which it is known again when it is sent twice."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid4())
