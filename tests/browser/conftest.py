"""A real browser, driven against a real server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from complaints.models import Category, Respondent
from complaints.services.intake import NewComplainant, register
from tests.conftest import PASSWORD, a_person, with_authority
from users.models import Role, Team, User

FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session", autouse=True)
def playwright_may_loop() -> Iterator[None]:
    """Playwright's loop makes Django think that it is asynchronous; only here."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("REDRESS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Desk:
    """One person at one browser window. Everything the console complains of fails the test at its end."""

    def __init__(self, browser: Browser, base: str, *, script: bool = True, **window: object) -> None:
        self.base = base
        self.context = browser.new_context(java_script_enabled=script, **window)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def sign_in(self, person: User) -> Desk:
        self.go("/accounts/sign-in")
        self.page.fill("#id_username", person.email)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("button:has-text('Sign in')")
        return self

    def queue(self) -> Page:
        """Go to the queue from wherever this desk is, by its two keys."""
        self.page.wait_for_load_state()
        for key in "gq":
            self.page.keyboard.press(key)
        self.page.wait_for_selector(".queue")
        return self.page

    def step(self, reference: str, key: str, **given: str) -> None:
        """Take a step on its own page, filling what it asks."""
        self.go(f"/complaints/{reference}/step/{key}")
        for name, value in given.items():
            field = self.page.locator(f"main [name={name}]")
            if field.first.get_attribute("type") == "radio":
                self.page.check(f"main [name={name}][value={value}]")
            elif field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.page.click("main form.form .btn--primary")
        self.page.wait_for_url(lambda address: "/step/" not in address)


Open = Callable[..., Desk]


@pytest.fixture
def open_desk(chromium: Browser, live_server: LiveServer) -> Iterator[Open]:
    desks: list[Desk] = []

    def build(person: User | None = None, **window: object) -> Desk:
        desk = Desk(chromium, live_server.url, **window)  # type: ignore[arg-type]
        desks.append(desk)
        return desk.sign_in(person) if person else desk

    yield build
    said = [words for desk in desks for words in desk.complaints]
    for desk in desks:
        desk.context.close()
    until_quiet()
    assert said == []


def until_quiet() -> None:
    """Wait until the server is done with what the closed windows had asked: it would meet the emptying of the tables."""
    quiet = 0
    with connection.cursor() as cursor:
        while quiet < 2:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.02)"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            quiet = 0 if cursor.fetchone() != (0,) else quiet + 1


class House:
    """A small firm with one team, one entity per regulator and a few kinds of complaint."""

    def __init__(self) -> None:
        self.team = Team.objects.create(name="Payouts Dublin", centre="Dublin", zone="Europe/Dublin")
        self.lead = with_authority(a_person("tom.okafor@larkspur.example", "Tom Okafor", Role.LEAD, self.team), 1000)
        self.specialist = a_person("maeve.kelly@larkspur.example", "Maeve Kelly", Role.SPECIALIST, self.team)
        self.specialist.reports_to = self.lead
        self.specialist.save()
        with_authority(self.specialist, 1000)
        with_authority(self.lead, 5000)
        self.other_lead = a_person(
            "grace.lindqvist@larkspur.example", "Grace Lindqvist", Role.LEAD,
            Team.objects.create(name="Cards London", centre="London"),
        )  # fmt: skip
        self.admin = a_person("niamh.daly@larkspur.example", "Niamh Daly", Role.ADMIN, None)
        self.respondent = Respondent.objects.create(
            key="uk", name="Larkspur Payments Ltd", jurisdiction="GB", zone="Europe/London", team=self.team
        )
        self.category = Category.objects.create(
            product="Payouts", issue="Held or delayed", complaint_class="payment_services"
        )

    def complaint(self, *, received_at: datetime | None = None, owner: User | None = None) -> str:
        """Register a complaint by hand; return its reference."""
        now = timezone.now()
        received = received_at or now - timedelta(hours=2)
        made = register(
            respondent=self.respondent, complainant=NewComplainant("Ana Brennan", email="ana@customer.example"),
            category=self.category, subject="Payout held for nine days", narrative="Nobody told me why.",
            channel="email", received_at=received, owner=owner or self.specialist, actor=self.specialist,
            at=min(received + timedelta(minutes=5), now),
        )  # fmt: skip
        return made.reference


@pytest.fixture
def house(transactional_db: None) -> House:
    return House()
