"""A standard text by keyboard, with and without a script, and a colleague named in a note."""

from __future__ import annotations

import pytest
from django.utils import timezone

from complaints.models import Entry, Kind
from complaints.services import texts
from escalations.mentions import tell_of_mentions
from tests.browser.conftest import House, Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False])
def test_a_text_is_picked_by_key_and_loses_nothing_that_was_typed(house: House, open_desk: Open, script: bool) -> None:
    texts.write(
        name="Call", purpose="note", language="en", text="Spoke with {customer}.", actor=house.admin, at=timezone.now()
    )
    reference = house.complaint()
    desk = open_desk(house.specialist, script=script)
    page = desk.go(f"/complaints/{reference}/")
    page.focus("#composer-note")
    # Picked at once, before the draft would have been kept by itself.
    page.keyboard.type("@Tom Okafor: she rang.")
    page.focus("#note-text")
    page.keyboard.type("Call")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**compose=note**")
    assert page.input_value("#composer-note") == "@Tom Okafor: she rang.\n\nSpoke with Ana Brennan."
    assert page.evaluate("document.activeElement.id") == "composer-note"
    page.click("button:has-text('Save note')")

    page.wait_for_selector(".entry__body:has-text('Spoke with Ana Brennan.')")
    assert Entry.objects.filter(kind=Kind.NOTED).count() == 1
    assert tell_of_mentions(timezone.now()) == 1
    lead = open_desk(house.lead, script=script).go("/escalations/notices/")
    lead.click("button:has-text('Maeve Kelly named you in a note')")
    lead.wait_for_selector(".entry__body:has-text('she rang')")
