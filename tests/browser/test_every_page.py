"""Every page of the access table, in a browser: axe has nothing to say by day and by night, nothing is wider than the window.

The list is tests/config/access.csv, so a new page is looked at by standing there; its arguments come from the house of
tests/config/test_access_table.py. Each page is loaded once, because a minute is what this may take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from complaints.services import case
from complaints.studio.rehearsing import rehearse
from escalations.desk import handing
from escalations.studio.rehearsing import rehearse as rehearse_policy
from tests.config.test_access_table import ARGUMENTS, Address, a_notice, an_address, table
from tests.conftest import Register, a_person
from tests.escalations.builders import complaints_with_a_clock
from users.models import Absence, Role, Team, User

__all__ = ["an_address"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKERS = ("admin", "lead", "specialist")
"""Who looks: the first of these who may read the page. What an auditor reads is the same page with less to press."""
# What a GET answers otherwise than with a page of ours: files, parts of pages, and what machines read. The API's
# documentation is a page that third-party script draws; test_api_docs.py looks at it.
NO_PAGES = {
    "healthz", "metrics", "complaints:arrivals", "complaints:glance", "complaints:pulse", "complaints:attachment",
    "complaints:task_file", "complaints:letter_pdf", "correspondence:mail_pdf", "studio:export", "escalation_policy:export",
    *(route for route in ARGUMENTS if route.startswith("api:")),
}  # fmt: skip
# Pages for who is not signed in; the windows are, and would be sent home.
BY_STRANGERS = {"users:sign_in"}
# Whose page has something on it, where that is not the first who may look.
LOOKS = dict.fromkeys(
    ("desk:board", "desk:hand_overs", "desk:behind", "escalations:notices", "users:person_absences"), "lead"
)
LOOKS |= {"desk:mine": "specialist", "users:person_absences": "specialist", "complaints:tasks": "lead"}
ASKED = {"complaints:search": "?q=payout", "complaints:queue": "?view=all", "desk:mine": "?what=replies"}
# What must be among the screens, whatever becomes of the table: the heart of the work, and what once was left out silently.
MUST = {
    "desk:board",
    "desk:home",
    "desk:review",
    "desk:person",
    "complaints:queue",
    "complaints:case",
    "users:sign_in",
    "studio:draft",
}
# Lists; one that is empty has not been looked at.
LISTS = {
    "complaints:queue", "complaints:search", "complaints:tasks", "complaints:macros", "complaints:texts", "complaints:respondents",
    "correspondence:outbox", "escalations:queue", "escalations:notices", "webhooks:list", "studio:home", "rules:list",
    "desk:board", "desk:person", "desk:distribute", "desk:hand_overs", "desk:behind", "desk:mine",
    "users:people", "users:person_absences", "insights:cases",
}  # fmt: skip
ROWS = re.compile(r'<main.*(<tbody>\s*<tr|class="row|<li).*</main>', re.DOTALL)
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
def screens(an_address: Address, rows_in_every_list: None) -> list[Screen]:
    """Every address of the access table that answers a GET with a page; each has to, for its looker."""
    people = {role: User.objects.filter(role=role).earliest("pk") for role in LOOKERS}
    found = [
        Screen(route, people[role], an_address(route, people[role]) + ASKED.get(route, ""))
        for route, row in table().items()
        if route not in NO_PAGES
        for role in lookers(route, row)
    ]
    assert not [f"{one.name}: {said}" for one in found if (said := amiss(one))]
    return found


def lookers(route: str, row: dict[str, str]) -> list[str]:
    """Return the role of who looks at a page, as a list: nobody looks at what only takes posts."""
    return [LOOKS[route]] if route in LOOKS else [role for role in LOOKERS if row[role].startswith("read")][:1]


def amiss(screen: Screen) -> str:
    """Return what an address answers instead of a page; "" when it is one."""
    client = Client()
    if screen.name not in BY_STRANGERS:
        client.force_login(screen.looker)
    answer = client.get(screen.path)
    if answer.status_code != 200:
        return f"{answer.status_code} at {screen.path}"
    if answer.streaming or not answer.content.lstrip().lower().startswith(b"<!doctype html>"):
        return f"no page at {screen.path}, {answer.headers['Content-Type']}"
    return "a list without rows" if screen.name in LISTS and not ROWS.search(answer.content.decode()) else ""


@pytest.fixture
def rows_in_every_list(
    an_address: Address, a_registered: Register, a_specialist: User, a_lead: User, a_team: Team
) -> None:
    """What an empty house would not show: work of every age, offers both ways, an answer, notices, somebody away."""
    now = timezone.now()
    sydney = Team.objects.create(name="Payments Sydney", centre="Sydney", zone="Australia/Sydney")
    jack = a_person("jack@x.example", "Jack Morrow", Role.SPECIALIST, sydney)
    moments = [now + hours * timedelta(hours=1) for hours in (-50, -1, 5, 30, 60, 200)]
    complaints_with_a_clock(moments, owner=a_specialist, team=a_team)
    complaints_with_a_clock(moments, owner=None, team=a_team)
    handing.offer(a_registered().pk, to_team=sydney, note="Your day begins.", actor=a_specialist, at=now)
    theirs = complaints_with_a_clock([now + timedelta(days=2)], owner=jack, team=sydney)[0].complaint
    handing.offer(theirs.pk, to_team=a_team, note="Our day ends.", actor=jack, at=now)
    answered = a_registered()
    case.customer_replied(answered.pk, text="Any news?", actor=a_specialist, at=now)
    a_notice(a_lead, answered)
    rehearse(lambda: now)
    rehearse_policy(lambda: now)
    today = now.date()
    Absence.objects.create(
        person=a_specialist, first_on=today, last_on=today + timedelta(days=3), recorded_by=a_lead, recorded_at=now
    )


class Windows:
    """One window per looker, signed in. What the console and the security policy report is kept."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.pages: dict[int, Page] = {}
        self.said: list[str] = []

    def open(self, screen: Screen) -> Page:
        who = 0 if screen.name in BY_STRANGERS else screen.looker.pk
        page = self.pages.get(who) or self._window(screen.looker if who else None)
        page.goto(self.base + screen.path)
        return page

    def _window(self, looker: User | None) -> Page:
        context = self.browser.new_context(viewport=WIDE, reduced_motion="reduce")  # type: ignore[arg-type]
        if looker:
            client = Client()
            client.force_login(looker)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.base}])
        # Before the page's own script: what axe costs is spent once per page, not once per theme.
        context.add_init_script(path=AXE_FILE_PATH)
        page = self.pages[looker.pk if looker else 0] = context.new_page()
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

    assert {screen.name for screen in screens} >= MUST
    assert (found, windows.said) == ([], [])
