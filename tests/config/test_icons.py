"""Icons are drawn once, and look as the library draws them."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from heroicons.templatetags import heroicons


@pytest.mark.parametrize("style", ["micro", "mini", "outline", "solid"])
def test_an_icon_is_the_librarys_own(style: str) -> None:
    asked = Template(f'{{% load heroicons %}}{{% heroicon_{style} "heart" size=15 class=of %}}')

    for of in ("mark", "<wide>"):
        drawn = getattr(heroicons, f"heroicon_{style}")("heart", size=15, **{"class": of})
        assert asked.render(Context({"of": of})) == drawn
        assert asked.render(Context({"of": of})) == drawn
