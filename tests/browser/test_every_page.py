"""Every page of the access table, in a browser: axe has nothing to say by day and by night, nothing is wider than the window.

The list is tests/config/access.csv, so a new page is looked at by standing there; its arguments come from the house of
tests/config/test_access_table.py. Each page is loaded once, because a minute is what this may take.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.config.test_access_table import Address, an_address, table
from users.models import User

__all__ = ["an_address"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKERS = ("admin", "lead", "specialist")
"""Who looks: the first of these who may read the page. What an auditor reads is the same page with less to press."""
# The API's documentation is drf-spectacular's page, and third-party script draws it; the rest are answers, not pages.
THEIRS = {"api:docs", "metrics"}
WIDE, ZOOMED, NARROW = {"width": 1440, "height": 900}, {"width": 720, "height": 450}, {"width": 390, "height": 844}
"""A desk, the same desk at 200 %, and a phone."""
BY_COLOUR = ["color-contrast", "link-in-text-block"]
ASK_AXE = """rules => axe.run(document, {resultTypes: ["violations"], preload: false, ...(rules && {runOnly: rules})})
  .then(found => found.violations.flatMap(one => one.nodes.map(node => one.id + ": " + node.html.slice(0, 160))))"""
TOO_WIDE = """direction => { const root = document.documentElement; root.dir = direction; return root.scrollWidth > root.clientWidth; }"""


@dataclass(frozen=True)
class Screen:
    """A page as somebody sees it."""

    name: str
    looker: User
    path: str


@pytest.fixture
def screens(an_address: Address) -> list[Screen]:
    """Every address of the access table that answers a GET with a page."""
    people = {role: User.objects.filter(role=role).earliest("pk") for role in LOOKERS}
    return [
        Screen(route, looker, path)
        for route, row in table().items()
        for looker in [people[role] for role in LOOKERS if row[role].startswith("read")][:1]
        if route not in THEIRS
        for path in pages_of(an_address(route, looker), looker)
    ]


def pages_of(path: str, looker: User) -> Iterator[str]:
    """Yield the path where it answers with a page: no part of one, no file, no redirect, no refusal."""
    client = Client()
    client.force_login(looker)
    answer = client.get(path)
    if answer.status_code == 200 and not answer.streaming and answer.content.lstrip().startswith(b"<!doctype html>"):
        yield path


class Windows:
    """One window per looker, signed in. What the console and the security policy report is kept."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.pages: dict[int, Page] = {}
        self.said: list[str] = []

    def open(self, screen: Screen) -> Page:
        page = self.pages.get(screen.looker.pk) or self._window(screen.looker)
        page.goto(self.base + screen.path)
        return page

    def _window(self, looker: User) -> Page:
        client = Client()
        client.force_login(looker)
        context = self.browser.new_context(viewport=WIDE, reduced_motion="reduce")  # type: ignore[arg-type]
        context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": self.base,
                }
            ]
        )
        # Before the page's own script: what axe costs is spent once per page, not once per theme.
        context.add_init_script(path=AXE_FILE_PATH)
        page = self.pages[looker.pk] = context.new_page()
        page.on("console", lambda said: self.said.append(f"{page.url}: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
        return page

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


@pytest.fixture
def windows(chromium: Browser, live_server: LiveServer) -> Iterator[Windows]:
    opened = Windows(chromium, live_server.url)
    yield opened
    opened.close()


def barriers(page: Page, name: str) -> Iterator[str]:
    """Yield what axe objects to by day, and what of it hangs on colour by night."""
    for scheme, rules in (("light", None), ("dark", BY_COLOUR)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        yield from (f"{name}, {scheme}: {words}" for words in page.evaluate(ASK_AXE, rules))


def too_wide(page: Page, name: str) -> Iterator[str]:
    """Yield the windows that the page does not fit into, read from left to right and from right to left."""
    for window in (ZOOMED, NARROW):
        page.set_viewport_size(window)  # type: ignore[arg-type]
        for direction in ("rtl", "ltr"):
            if page.evaluate(TOO_WIDE, direction):
                yield f"{name} is wider than {window['width']}, {direction}"
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def test_every_page_is_open_to_everybody_and_fits_every_window(screens: list[Screen], windows: Windows) -> None:
    found = [
        words
        for screen in screens
        for page in [windows.open(screen)]
        for look in (barriers, too_wide)
        for words in look(page, screen.name)
    ]

    assert len(screens) > 50
    assert (found, windows.said) == ([], [])
