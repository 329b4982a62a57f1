"""The icons of templates, each drawn once: a page of the queue shows eighty, and the library draws every one anew."""

from __future__ import annotations

from functools import lru_cache

from django import template
from heroicons.templatetags import heroicons

register = template.Library()
# Templates name each with words of their own; people's words are in none, so there are few.
MOST = 512
for tag in (heroicons.heroicon_micro, heroicons.heroicon_mini, heroicons.heroicon_outline, heroicons.heroicon_solid):
    register.simple_tag(lru_cache(MOST)(tag), name=tag.__name__)
