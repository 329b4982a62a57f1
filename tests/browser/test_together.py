"""Two people at one case or one letter, and what the page does by itself while nobody presses anything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from complaints.models import Complaint, Entry, Kind
from tests.browser.conftest import House, Open
from tests.browser.test_bad_input import a_letter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def tick(page: Page) -> None:
    """Let the page's own clock tick, as it does every twenty seconds."""
    page.evaluate("document.dispatchEvent(new Event('redress:tick'))")


def test_while_nothing_changes_a_beat_is_answered_with_nothing(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    desk = open_desk(house.specialist)
    page = desk.page
    seen: list[int] = []
    page.on("response", lambda answer: seen.append(answer.status) if "/pulse" in answer.url else None)
    with page.expect_response("**/pulse?**"):
        desk.go(f"/complaints/{reference}/")
    for _ in range(2):
        with page.expect_response("**/pulse?**"):
            tick(page)

    assert seen == [200, 304, 304]


def test_a_page_has_one_clock_and_it_asks_each_address_once(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    desk = open_desk(house.specialist)
    desk.context.add_init_script(
        "window.ticks = 0; const old = setInterval; window.setInterval = (...a) => { ticks += 1; return old(...a); };"
    )

    for path in ("/complaints/", f"/complaints/{reference}/", "/complaints/new", "/"):
        assert desk.go(path).evaluate("window.ticks") == 1, path


def test_a_session_that_ends_is_said_at_the_next_beat_and_not_after_the_next_word(
    house: House, open_desk: Open
) -> None:
    reference = house.complaint()
    desk = open_desk(house.specialist)
    page = desk.go(f"/complaints/{reference}/")
    page.fill("#composer-note", "Half a thought")
    page.wait_for_selector("[data-said]:has-text('Draft kept')")

    desk.context.clear_cookies(name="sessionid")
    tick(page)
    page.wait_for_selector("#connection:has-text('You are signed out.')")

    assert page.input_value("#composer-note") == "Half a thought"
    desk.complaints.clear()


def test_two_people_at_one_letter_choose_between_their_words(house: House, open_desk: Open) -> None:
    address = a_letter(house)
    one, two = open_desk(house.specialist), open_desk(house.lead)
    mine, theirs = one.go(address), two.go(address)
    theirs.fill("#block-1", "We are sorry.")
    theirs.click("#words button:has-text('Save the words')")
    theirs.wait_for_selector(".paper:has-text('We are sorry.')")

    tick(mine)
    mine.wait_for_selector(".pulse__news:has-text('Tom Okafor changed the final response')")
    mine.fill("#block-1", "We regret it.")
    mine.click("#words button:has-text('Save the words')")
    mine.wait_for_selector(".difference:has-text('We are sorry.')")
    assert mine.input_value("#block-1") == "We regret it."
    assert "We regret it." not in mine.inner_text(".paper"), "it is not in the letter yet"
    mine.click("#words button:has-text('Save the words')")
    mine.wait_for_selector(".message--success")
    assert "We regret it." in mine.inner_text(".paper")

    edits = Entry.objects.filter(kind=Kind.LETTER_EDITED).order_by("seq")
    assert [edit.actor.name for edit in edits if edit.actor] == ["Tom Okafor", "Maeve Kelly"]
    one.complaints.clear()


def test_mail_and_chips_appear_while_one_reads(house: House, open_desk: Open) -> None:
    reference = house.complaint()
    one, two = open_desk(house.specialist), open_desk(house.lead)
    page = one.go(f"/complaints/{reference}/")
    before = page.inner_text("[data-live=chips]")
    two.step(reference, "triage")
    two.step(reference, "acknowledge")
    two.step(reference, "start_investigation")
    promised = (timezone.now() + timedelta(days=20)).date().isoformat()
    two.step(reference, "send_holding_response", reason="We wait for the bank.", promised_on=promised)
    two.step(reference, "customer_replied", text="It is still not here.")

    tick(page)
    page.wait_for_selector(".entry--mail.is-new:has-text('It is still not here.')")

    assert page.inner_text("[data-live=chips]") != before
    assert Complaint.objects.get(reference=reference).acknowledged_at is not None
