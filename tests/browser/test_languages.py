"""A desk in German: no word of English is left, nothing hangs over on a phone, and the scripts speak it too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

from config.words.po import catalogs, read
from tests.browser.conftest import Desk, House, Open
from users.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
SEEN = "document.title + '\\n' + document.body.innerText + '\\n' + [...document.querySelectorAll('[title],[aria-label],[placeholder]')].map((one) => [one.title, one.ariaLabel, one.placeholder].join('\\n')).join('\\n')"


def speaks_german(person: User) -> User:
    person.language = "de"
    person.save()
    return person


def english_left(page: Page) -> list[str]:
    """Whole sentences and names of our catalog that this page shows in English, where German has other words."""
    german = read(dict(catalogs(Path(settings.BASE_DIR)))["de"].read_text(encoding="utf-8"))
    lines = {line.strip(" .,:;") for line in str(page.evaluate(SEEN)).splitlines()}
    translated = {said for said, entry in german.items() if entry.is_whole and entry.told[0] != said}
    # The law's own words, and the titles of what it demands, stay as the law has them.
    return sorted(line for line in lines if line in translated and line not in LAWS)


LAWS = {"Final response", "Acknowledgement", "Refund", "English", "Redress"}


def hangs_over(page: Page) -> int:
    return int(page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"))


def screens(house: House) -> list[str]:
    reference = house.complaint()
    case = f"/complaints/{reference}/"
    return [
        "/home/",
        "/complaints/?view=all",
        case,
        f"{case}clocks",
        f"{case}step/decide",
        "/complaints/new",
        "/escalations/",
    ]


@pytest.mark.parametrize("window", [PHONE, {"width": 1440, "height": 900}])
def test_a_german_desk_has_no_english_left_and_nothing_hangs_over(
    house: House, open_desk: Open, window: dict[str, int]
) -> None:
    desk = open_desk(speaks_german(house.specialist), viewport=window)
    found: dict[str, object] = {}

    for address in screens(house):
        page = desk.go(address)
        page.wait_for_load_state("networkidle")
        found[address] = (page.evaluate("document.documentElement.lang"), english_left(page), hangs_over(page))

    assert found == dict.fromkeys(found, ("de", [], 0))


def test_the_sign_in_page_speaks_the_browsers_language_and_any_other_at_one_press(
    house: House, open_desk: Open
) -> None:
    desk = open_desk(locale="de-DE", viewport=PHONE)
    page = desk.go("/accounts/sign-in")
    assert (page.evaluate("document.documentElement.lang"), english_left(page), hangs_over(page)) == ("de", [], 0)

    page.click("button[value=fr]")

    assert page.evaluate("document.documentElement.lang") == "fr"
    assert page.locator("button[value=fr]").get_attribute("aria-pressed") == "true"


def test_german_screens_have_no_barrier(house: House, open_desk: Open) -> None:
    desk = open_desk(speaks_german(house.specialist), color_scheme="dark")
    objections = []

    for address in screens(house):
        page = desk.go(address)
        page.wait_for_load_state("networkidle")
        objections += [f"{address}: {one['id']}" for one in Axe().run(page).response["violations"]]

    assert objections == []


def test_the_scripts_speak_german_and_english_pages_carry_no_words_for_them(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    german, english = open_desk(speaks_german(house.specialist)), open_desk(house.lead)
    german.go(f"/complaints/{reference}/")

    german.page.evaluate("document.dispatchEvent(new Event('redress:tick'))")

    chip = german.page.locator("[data-ends-at] .chip__text").first.inner_text()
    assert not re.search(r"Due in|Overdue by", chip)
    assert english.go(f"/complaints/{reference}/").locator("#script-words").count() == 0


def test_a_language_is_chosen_with_the_keyboard_in_the_menu_of_ones_name(house: House, open_desk: Open) -> None:
    desk: Desk = open_desk(house.specialist)
    page = desk.go("/complaints/?view=all")
    page.locator(".me summary").focus()
    page.keyboard.press("Enter")

    page.locator(".me button[value=de]").focus()
    page.keyboard.press("Enter")

    page.wait_for_function("document.documentElement.lang === 'de'")
    house.specialist.refresh_from_db()
    assert house.specialist.language == "de"
