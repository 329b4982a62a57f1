"""What is shown when little works has no barrier and fits a phone; the API's documentation shows the API."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string

from tests.browser.conftest import House, Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SENTENCE = "The database is being moved. Try again in five minutes; nothing you saved is lost."
PAGES = (
    "400.html",
    "403.html",
    "404.html",
    "409.html",
    "413.html",
    "500.html",
    "503.html",
    "403_csrf.html",
    "users/locked.html",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_that_says_what_went_wrong_has_no_barrier_and_fits_a_phone(
    house: House, open_desk: Open, scheme: str
) -> None:
    desk = open_desk(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page = desk.go("/accounts/sign-in")
    objections = []

    for name in PAGES:
        page.set_content(render_to_string(name, {"sentence": SENTENCE}))
        page.wait_for_load_state("networkidle")
        objections += [f"{name}: {one['id']}" for one in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            objections.append(f"{name} is wider than the phone")
        assert page.locator("h1").count() == 1, name

    assert objections == []


def test_the_documentation_of_the_api_lists_its_addresses_and_the_console_is_silent(
    house: House, open_desk: Open
) -> None:
    desk = open_desk(house.specialist)
    page = desk.go("/api/v1/docs/")

    page.wait_for_selector("#swagger-ui .opblock")

    assert page.locator(".loading-container").count() == 0
    assert "/api/v1/complaints/{reference}/" in page.inner_text("#swagger-ui").replace("\u200b", "")
