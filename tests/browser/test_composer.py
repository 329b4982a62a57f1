"""Tags, macros, saved views and the composer, by key in a real browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from complaints.models import Complaint, Draft, Task
from complaints.services import desk as views
from complaints.services import macro_book, tags, texts
from complaints.services.macro_book import Wish
from tests.browser.conftest import Desk, House, Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def choose(desk: Desk, words: str) -> None:
    """Find something in the palette and take it."""
    page = desk.page
    press(page, "Control+k")
    page.wait_for_selector("#palette[open]")
    page.keyboard.type(words)
    page.wait_for_selector(f'#palette[data-shown="{words}"] a.palette__line.is-current')
    press(page, "Enter")


def tagged(reference: str) -> list[str]:
    return list(Complaint.objects.get(reference=reference).tags)


def test_rows_are_tagged_by_key_and_the_list_is_narrowed_to_them(house: House, open_desk: Open) -> None:
    for _ in range(3):
        house.complaint()
    desk = open_desk(house.specialist)
    page = desk.queue()
    press(page, "j", "x", "j", "x")
    page.focus("#bulk-tag")
    page.keyboard.type("Press")
    press(page, "Tab", "Enter")
    page.wait_for_selector("h1:has-text('2 done')")

    page = desk.queue()
    page.focus("summary:has-text('Filter')")
    press(page, "Enter")
    page.wait_for_selector(".facet a:has-text('press')")
    assert "2" in page.inner_text(".facet a:has-text('press')")
    page.focus(".facet a:has-text('press')")
    press(page, "Enter")
    page.wait_for_selector(".filter-chip:has-text('press')")

    assert page.locator(".queue .row").count() == 2


def test_tags_are_changed_in_place(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    desk = open_desk(house.specialist)
    page = desk.go(f"/complaints/{reference}/?view=all")
    press(page, "t")
    page.wait_for_selector("#tags-here [name=tags]:focus")
    page.keyboard.type("press, call back")
    press(page, "Control+Enter")

    page.wait_for_selector("a.tag:has-text('call back')")
    assert tagged(reference) == ["call back", "press"]
    assert "view=all" in page.url


def test_each_box_opens_by_its_key_and_keeps_its_own_draft(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    desk = open_desk(house.specialist)
    for key in ("triage", "acknowledge", "start_investigation"):
        desk.step(reference, key)
    page = desk.go(f"/complaints/{reference}/")
    for key, box, words in (("r", "ask", "Which account?"), ("n", "note", "She rang."), ("o", "task", "Why held?")):
        page.evaluate("document.activeElement.blur()")
        press(page, key)
        page.wait_for_selector(f"#composer-{box}:focus")
        page.keyboard.type(words)
        page.wait_for_selector(f"form:has(#composer-{box}) [data-said]:has-text('Draft kept')")

    page.reload()
    assert [page.input_value(f"#composer-{box}") for box in ("ask", "note", "task")] == [
        "Which account?", "She rang.", "Why held?",
    ]  # fmt: skip
    page.evaluate("document.activeElement.blur()")
    press(page, "o")
    page.select_option("#composer-team", label="Cards London")
    page.focus("#composer-task")
    press(page, "Control+Enter")
    page.wait_for_selector("text=1 open task")

    assert Task.objects.get().what == "Why held?"
    assert set(Draft.objects.values_list("purpose", flat=True)) == {"ask_customer", "note"}


def test_where_a_reply_is_refused_the_key_shows_why(house: House, open_desk: Open) -> None:
    page = open_desk(house.specialist).go(f"/complaints/{house.complaint()}/")
    press(page, "r")

    page.wait_for_selector(".composer__refused:visible")
    assert "What can go to the customer now: send acknowledgement" in page.inner_text(".composer__refused:visible")


def test_a_text_is_put_in_from_the_palette_where_one_writes(house: House, open_desk: Open) -> None:
    texts.write(name="Call", purpose="note", language="en", text="Spoke with {customer}.", actor=house.admin,
                at=timezone.now())  # fmt: skip
    desk = open_desk(house.specialist)
    page = desk.go(f"/complaints/{house.complaint()}/?view=mine")
    press(page, "n")
    page.keyboard.type("She rang.")
    choose(desk, "insert text: call")

    page.wait_for_url("**compose=note**")
    assert page.input_value("#composer-note") == "She rang.\n\nSpoke with Ana Brennan."
    assert "view=mine" in page.url


def test_a_macro_is_run_from_the_palette_without_losing_the_list(house: House, open_desk: Open) -> None:
    macro_book.write(Wish("First", tags=["first"]), actor=house.lead, at=timezone.now())
    macro_book.write(Wish("Press", tags=["press"]), actor=house.lead, at=timezone.now())
    reference = house.complaint()
    desk = open_desk(house.specialist)
    page = desk.go(f"/complaints/{reference}/?view=mine")
    choose(desk, "macro: press")
    page.wait_for_selector("form[data-focus] input:checked:focus")
    press(page, "Control+Enter")

    page.wait_for_selector("a.tag:has-text('press')")
    assert tagged(reference) == ["press"]
    assert "view=mine" in page.url


def test_a_saved_view_counts_what_came_in_since(house: House, open_desk: Open) -> None:
    views.save_view("Held", query="view=mine&state=received", actor=house.specialist)
    house.complaint()
    desk = open_desk(house.specialist)
    desk.go("/complaints/?view=mine&state=received").wait_for_selector("h1:has-text('Held')")
    house.complaint()
    page = desk.go("/complaints/?view=all")

    page.wait_for_selector("[data-view] .nav__new:has-text('+1')")
    assert page.get_attribute("[data-view] .nav__new", "title") == "1 new since you last opened it"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_written_kept_and_narrowed_has_no_barrier(house: House, open_desk: Open, scheme: str) -> None:
    now, reference = timezone.now(), house.complaint()
    tags.tag(Complaint.objects.get().pk, add=["press", "urgent"], actor=house.specialist, at=now)
    macro = macro_book.write(Wish("Press", tags=["press"], gives_to_runner=True), actor=house.lead, at=now)
    lead = open_desk(house.lead, color_scheme=scheme)
    case = f"/complaints/{reference}/"
    objections = []
    for address in (
        "/complaints/macros", "/complaints/macros/new", f"/complaints/macros/{macro.pk}", "/complaints/facets",
        f"{case}?compose=ask_customer", f"{case}?compose=ask_task", f"{case}step/run_macro", f"{case}step/change_tags",
    ):  # fmt: skip
        page = lead.go(address)
        page.wait_for_load_state("networkidle")
        objections += [(address, one["id"], one["nodes"][0]["html"]) for one in Axe().run(page).response["violations"]]
    page = lead.go("/complaints/?tag=press")
    page.click("summary:has-text('Filter')")
    page.wait_for_selector(".facet a")
    objections += [("filter", one["id"], one["nodes"][0]["html"]) for one in Axe().run(page).response["violations"]]

    assert objections == []
