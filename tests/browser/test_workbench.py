"""A day at the workbench with the keyboard alone, and what two people see of each other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from complaints.models import Complaint, Entry, Kind
from tests.browser.conftest import House, Open
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_rows_are_chosen_and_assigned_by_key(house: House, open_desk: Open) -> None:
    for _ in range(3):
        house.complaint()
    desk = open_desk(house.lead)
    page = desk.queue()
    assert not page.is_visible(".bulk")

    press(page, "j", "x", "j", "x")
    page.wait_for_selector(".bulk")
    assert "2 chosen" in page.inner_text(".bulk")
    page.focus("#bulk-owner")
    page.keyboard.type("Tom")
    press(page, "Tab", "Enter")
    page.wait_for_selector("h1:has-text('2 done')")

    assert Complaint.objects.filter(owner=house.lead).count() == 2


def test_the_palette_opens_over_whatever_one_does_and_leaves_it_as_it_was(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    desk = open_desk(house.specialist)
    page = desk.go(f"/complaints/{reference}/")
    page.fill("#composer-note", "The bank was ")
    press(page, "Control+k")
    page.wait_for_selector("#palette[open] .palette__line")
    page.keyboard.type("send for review")
    page.wait_for_selector(".palette__line--refused:has-text('Send for review')")

    press(page, "Escape")
    page.wait_for_selector("#palette", state="hidden")
    page.keyboard.type("called.")

    assert page.input_value("#composer-note") == "The bank was called."


def test_two_people_see_each_other_and_what_changed(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    one, two = open_desk(house.specialist), open_desk(house.lead)
    two.go(f"/complaints/{reference}/step/record_finding")
    one.go(f"/complaints/{reference}/")
    two.go(f"/complaints/{reference}/step/triage")
    two.page.wait_for_selector(".pulse__person")
    two.step(reference, "note", text="I look at this one.")

    one.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    one.page.wait_for_selector(".pulse__news")

    assert "Tom Okafor" in one.page.inner_text(".pulse")
    assert "noted" in one.page.inner_text(".pulse__news")


def test_the_effect_of_a_fact_is_shown_while_it_is_chosen(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    page = open_desk(house.specialist).go(f"/complaints/{reference}/facts")

    page.check("text=Other")
    page.uncheck("text=Payment services")
    page.wait_for_selector(".effects li")

    assert "Nothing is saved yet." in page.inner_text(".effects")
    assert Complaint.objects.get(reference=reference).complaint_class == ["payment_services"]


def test_a_row_opens_in_place_and_beside_the_list_by_key(house: House, open_desk: Open) -> None:
    first, second = house.complaint(), house.complaint()
    page = open_desk(house.specialist, viewport={"width": 1440, "height": 900}).queue()

    press(page, "j", "e")
    page.wait_for_selector(f"#row-{first} .row__more .glance__words:has-text('Nobody told me why.')")
    press(page, "e")
    page.wait_for_selector(".row__more", state="detached")

    press(page, "p")
    page.wait_for_selector(f"#pane .glance__head:has-text('{first[5:]}')")
    press(page, "j")
    page.wait_for_selector(f"#pane .glance__head:has-text('{second[5:]}')")
    assert f"open={second}" in page.url
    page.reload()
    page.wait_for_selector(f"#pane .glance__head:has-text('{second[5:]}')")
    press(page, "Escape")
    page.wait_for_selector("#pane", state="hidden")
    assert "open=" not in page.url

    press(page, "j", "j", "Enter")
    page.wait_for_selector(f".case-head:has-text('{second[5:]}')")


def test_without_a_script_a_row_opens_beside_the_list_too(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    page = open_desk(house.specialist, script=False).go("/complaints/")

    page.click(f"#row-{reference} .row__expand")

    assert "Nobody told me why." in page.inner_text("#pane")


def test_the_list_says_what_changed_without_moving_under_the_cursor(house: House, open_desk: Open) -> None:
    first = house.complaint()
    one, two = open_desk(house.specialist), open_desk(house.lead)
    page = one.queue()
    press(page, "j", "x")
    two.step(first, "triage")
    house.complaint()

    page.evaluate("document.dispatchEvent(new Event('redress:tick'))")
    page.wait_for_selector("#news:has-text('1 new in this list.')")

    assert "Triaged" in page.inner_text(f"#row-{first}")
    assert page.is_checked(f"#row-{first} [name=pick]")
    assert page.locator(".row").count() == 1
    page.click("#news a")
    page.wait_for_selector(".row >> nth=1")


def test_a_lost_connection_is_said_and_forgotten_when_it_is_back(house: House, open_desk: Open) -> None:
    house.complaint()
    desk = open_desk(house.specialist)
    page = desk.queue()

    desk.context.set_offline(True)
    page.wait_for_selector("#connection:has-text('No connection since')")
    page.click(".densities__one >> nth=1")
    page.wait_for_selector("#connection:has-text('Nothing was sent')")
    desk.context.set_offline(False)
    page.wait_for_selector("#connection", state="detached")
    # What the console says of the lost connection itself is no fault of the page.
    desk.complaints = [words for words in desk.complaints if "ERR_INTERNET_DISCONNECTED" not in words]


def test_a_lost_line_says_so_keeps_the_words_and_sends_them_once(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    desk = open_desk(house.specialist)
    page = desk.go(f"/complaints/{reference}/")
    # The first answer is lost on its way back: the server has done it, the browser does not know.
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort("connectionreset")

    page.route("**/note", lose)
    page.fill("#composer-note", "The bank called back.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-said]:has-text('No connection')")
    assert page.input_value("#composer-note") == "The bank called back."

    page.wait_for_selector(".message--success:has-text('done'), .entry__body:has-text('The bank called back.')")

    assert Entry.objects.filter(complaint__reference=reference, kind=Kind.NOTED).count() == 1
    desk.complaints.clear()


def test_a_session_that_ends_in_the_middle_of_a_letter_costs_no_word(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    desk = open_desk(house.specialist)
    page = desk.go(f"/complaints/{reference}/")
    page.fill("#composer-note", "She rang about the ")
    page.wait_for_selector("[data-said]:has-text('Draft kept')")
    desk.context.clear_cookies(name="sessionid")
    page.press("#composer-note", "End")
    page.type("#composer-note", "held payout.")
    page.keyboard.press("Control+Enter")
    page.click("[data-said] a:has-text('Sign in again')")
    page.fill("#id_username", house.specialist.email)
    page.fill("#id_password", PASSWORD)
    page.click("button:has-text('Sign in')")

    page.wait_for_selector("#composer-note")
    assert page.input_value("#composer-note") == "She rang about the held payout."
    page.focus("#composer-note")
    page.keyboard.press("Control+Enter")

    page.wait_for_selector(".entry__body:has-text('held payout.')")
    desk.complaints.clear()


def test_what_another_does_appears_without_loading_the_page_again(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    one, two = open_desk(house.specialist), open_desk(house.lead)
    page = one.go(f"/complaints/{reference}/")
    page.fill("#composer-note", "Half a thought")
    two.step(reference, "note", text="I have her on the phone.")

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    page.wait_for_selector(".entry.is-new:has-text('I have her on the phone.')")
    assert page.input_value("#composer-note") == "Half a thought"
    page.focus("#composer-note")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".entry__body:has-text('Half a thought')")


def test_two_people_in_one_field_are_told_and_choose_between_their_values(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    one, two = open_desk(house.specialist), open_desk(house.lead)
    mine, theirs = one.go(f"/complaints/{reference}/"), two.go(f"/complaints/{reference}/facts")
    mine.click("#aside-facts a")
    mine.wait_for_selector("#facts select[name=product]")
    theirs.focus("[name=product]")
    with theirs.expect_response("**/pulse?**field=change_facts**"):
        theirs.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    mine.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    mine.wait_for_selector(".field__busy:has-text('Tom Okafor is writing here too')")

    theirs.select_option("[name=product]", "credit_card")
    theirs.click("main form.form .btn--primary")
    theirs.wait_for_url(lambda address: "/facts" not in address)
    mine.select_option("#facts [name=product]", "prepaid_account")
    mine.click("#facts .btn--primary")
    mine.wait_for_selector(".difference")
    assert "Credit card" in mine.inner_text(".difference")
    mine.check("[name=take-product][value=theirs]")
    mine.click("main form.form .btn--primary")
    mine.wait_for_selector(".case-head")

    assert Complaint.objects.get(reference=reference).facts == {"product": "credit_card"}
    one.complaints.clear()


def test_the_sheet_names_every_key_there_is(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    page = open_desk(house.specialist).go(f"/complaints/{reference}/")
    press(page, "?")
    page.wait_for_selector("#keys[open]")

    named = set(page.locator("#keys kbd").all_inner_texts())
    keys = set(page.evaluate("Object.keys(window.redress.acts)"))

    assert keys <= named
