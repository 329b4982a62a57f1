"""A day with the keyboard alone: from signing in to the closed case, no mouse, no address typed, no page loaded by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from complaints.models import Complaint, Entry, Kind, State
from complaints.services.gather import final_letter
from correspondence.models import LetterState
from tests.browser.conftest import Desk, House, Open
from tests.conftest import PASSWORD
from users.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A focus that nobody sees is none: a ring, a halo, or the mark of the row, line or box it is in.
SEEN = """() => { const at = document.activeElement, style = getComputedStyle(at);
  return at === document.body || at.id === "main" || parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== "none"
    || style.boxShadow !== "none" || Boolean(at.closest(".is-current, .palette__line, .sidebar__search, .composer textarea, dialog")); }"""


def press(page: Page, *keys: str) -> None:
    for key in keys:
        # The keys are heard once the page has loaded, as for people.
        page.wait_for_load_state()
        page.keyboard.press(key)


def at(page: Page, selector: str) -> bool:
    return bool(page.evaluate("selector => document.activeElement.matches(selector)", selector))


def reach(page: Page, selector: str, *, key: str = "Tab", most: int = 120) -> None:
    """Press Tab until the focus is there; each stop on the way can be seen."""
    for _ in range(most):
        if at(page, selector):
            return
        page.keyboard.press(key)
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    raise AssertionError(f"{selector} is not reached by {key}")


def come_in(desk: Desk, person: User) -> Page:
    """Sign in as people do who have no mouse."""
    page = desk.go("/accounts/sign-in")
    reach(page, "#id_username")
    page.keyboard.type(person.email)
    reach(page, "#id_password")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    page.wait_for_selector("[data-viewer]")
    return page


def take(page: Page, words: str, *typed: str) -> None:
    """Take a step by its name in the palette, then type what its page asks, field by field."""
    press(page, "Control+k")
    page.wait_for_selector("#palette[open]")
    page.keyboard.type(words)
    page.wait_for_selector(f'#palette[data-shown="{words}"] a.palette__line.is-current:has-text("{words}")')
    press(page, "Enter")
    page.wait_for_url("**/step/**")
    page.wait_for_selector("form[data-focus] :focus")
    for number, text in enumerate(typed):
        if number:
            press(page, "Tab")
            assert page.evaluate(SEEN)
        # A choice is made with the space bar or by the first letters of its name, as browsers do it.
        press(page, text) if text in {"Space"} else page.keyboard.type(text)
    press(page, "Control+Enter")
    page.wait_for_url(lambda address: "/step/" not in address)
    page.wait_for_selector(".case-head, .letter-desk")


def open_first(page: Page) -> None:
    press(page, "g", "q")
    page.wait_for_selector(".queue .row")
    press(page, "j", "Enter")
    page.wait_for_selector(".case-head")


def test_a_whole_case_from_queue_to_closure_without_a_mouse(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    page, lead = come_in(open_desk(), house.specialist), come_in(open_desk(), house.lead)
    open_first(page)
    assert "1 of 1" in page.inner_text(".place")

    take(page, "Triage")
    take(page, "Send acknowledgement")
    take(page, "Start investigation")
    take(page, "Record a finding", "It was held", "A rule that did not apply held it.", "Space")
    take(page, "Decide", "Space", "We held it without a reason.", "Process", "Comp", "50")
    take(page, "Draft the final response")
    reach(page, "#block-1")
    press(page, "Control+End")
    page.keyboard.type(" We are truly sorry.")
    press(page, "Control+Enter")
    page.wait_for_selector(".paper:has-text('We are truly sorry.')")
    take(page, "Send for review")

    press(lead, "g", "d")
    lead.wait_for_selector('h1:has-text("Lead\'s desk")')
    reach(lead, "a[href$='/review'], a[href*='/reviews/'], .desk-line a")
    press(lead, "Enter")
    lead.wait_for_selector(".review ins:has-text('We are truly sorry.')")
    reach(lead, "#review-comment")
    lead.keyboard.type("Good.")
    press(lead, "Control+Enter")
    assert at(lead, ".review .btn--primary"), "it leads to the choice and does not choose"
    press(lead, "Enter")
    lead.wait_for_selector(".message--success")

    open_first(page)
    take(page, "Send the final response")
    take(page, "Close")

    complaint = Complaint.objects.get(reference=reference)
    letter = final_letter(complaint)
    assert complaint.state == State.CLOSED
    assert letter is not None and letter.state == LetterState.SENT
    assert complaint.reviews.get().comment == "Good."


def test_two_rows_are_chosen_and_given_away_and_one_is_back_in_the_list(house: House, open_desk: Open) -> None:
    for _ in range(3):
        house.complaint()
    page = come_in(open_desk(), house.lead)
    press(page, "g", "q")
    page.wait_for_selector(".queue .row")

    press(page, "j", "x", "j", "x")
    page.wait_for_selector(".bulk__count:has-text('2 chosen')")
    reach(page, "#bulk-owner")
    page.keyboard.type("Tom")
    press(page, "Tab", "Enter")
    page.wait_for_selector("h1:has-text('2 done')")
    reach(page, "main a[href*='/complaints/?'], main a[href='/complaints/']")
    press(page, "Enter")
    page.wait_for_selector(".queue .row")

    assert Complaint.objects.filter(owner=house.lead).count() == 2


def test_every_dialog_gives_the_focus_back_to_where_it_was(house: House, open_desk: Open) -> None:
    house.complaint()
    page = come_in(open_desk(), house.specialist)
    open_first(page)
    reach(page, "#aside-facts a")

    press(page, "?")
    page.wait_for_selector("#keys[open]")
    press(page, "Escape")
    page.wait_for_selector("#keys", state="hidden")
    assert at(page, "#aside-facts a")
    press(page, "Control+k")
    page.wait_for_selector("#palette[open] .palette__line")
    press(page, "ArrowDown", "ArrowDown", "Escape")
    page.wait_for_selector("#palette", state="hidden")
    assert at(page, "#aside-facts a")


def test_a_part_opened_in_place_closes_by_escape_or_cancel_and_gives_the_focus_back(
    house: House, open_desk: Open
) -> None:
    house.complaint()
    page = come_in(open_desk(), house.specialist)
    open_first(page)

    press(page, "f")
    page.wait_for_selector("#facts form :focus")
    press(page, "Escape")
    page.wait_for_selector("#facts form", state="detached")
    assert at(page, "#aside-facts a")
    press(page, "a")
    page.wait_for_selector("#assign select:focus")
    page.keyboard.type("Tom")
    press(page, "Escape")
    assert page.is_visible("#assign select"), "what was begun is not thrown away by a key"
    reach(page, "#assign [data-cancel]")
    press(page, "Enter")
    page.wait_for_selector("#assign select", state="detached")
    assert at(page, "#assign a")


def test_after_a_note_the_focus_is_at_what_was_written(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    page = come_in(open_desk(), house.specialist)
    open_first(page)

    press(page, "n")
    page.wait_for_selector("#composer-note:focus")
    page.keyboard.type("She rang again.")
    press(page, "Control+Enter")
    page.wait_for_selector(".entry:focus:has-text('She rang again.')")
    take(page, "Triage")

    assert Entry.objects.filter(complaint__reference=reference, kind=Kind.TRIAGED).exists()
