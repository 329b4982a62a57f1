"""Links, merges, splits, tasks and needs, by key and without a barrier."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from complaints.models import Complaint, Dismissal, Link
from complaints.services import care, merging, tasks
from tests.browser.conftest import Desk, House, Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def said(desk: Desk, address: str) -> list[str]:
    """Return what axe objects to on a page, in words."""
    page = desk.go(address)
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    return [f"{address}: {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def test_what_is_suggested_is_linked_and_dismissed_with_one_key_each(house: House, open_desk: Open) -> None:
    first, _, _ = house.complaint(), house.complaint(), house.complaint()
    page = open_desk(house.specialist).go(f"/complaints/{first}/")
    page.locator("[data-later]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-suggestion]")

    page.keyboard.press("l")
    page.wait_for_selector("text=Link to another complaint: done.")
    page.locator("[data-later]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-suggestion]")
    page.keyboard.press("d")
    page.wait_for_selector("text=Not related: done.")

    assert (Link.objects.count(), Dismissal.objects.count()) == (1, 1)


def test_a_key_typed_into_a_note_links_nothing(house: House, open_desk: Open) -> None:
    first, _ = house.complaint(), house.complaint()
    page = open_desk(house.specialist).go(f"/complaints/{first}/")
    page.locator("[data-later]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-suggestion]")

    page.fill("#composer-note", "")
    page.type("#composer-note", "all dull")
    page.keyboard.press("Escape")

    assert page.input_value("#composer-note") == "all dull"
    assert not Link.objects.exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_screens_of_the_record_have_no_barrier(house: House, open_desk: Open, scheme: str) -> None:
    merged, winner, reference = house.complaint(), house.complaint(), house.complaint()
    found, now = Complaint.objects.get(reference=reference), timezone.now()
    into = Complaint.objects.get(reference=winner)
    merging.merge(Complaint.objects.get(reference=merged).pk, into=into, actor=house.specialist, at=now)
    care.change_care(
        found.pk, vulnerable=True, needs=["large_print"], not_by=["email"], details="Bereaved", actor=house.specialist,
        at=now,
    )  # fmt: skip
    tasks.ask(found.pk, what="Why was it held?", team=house.team, working_days=2, actor=house.specialist, at=now)
    case = f"/complaints/{reference}/"
    steps = ("link", "split", "ask_task", "change_care", "acknowledge")
    screens = [
        f"/complaints/{merged}/", f"{case}part/more", f"{case}details", "/complaints/tasks",
        f"/complaints/tasks/{found.tasks.get().pk}", *[f"{case}step/{step}" for step in steps],
    ]  # fmt: skip
    desk = open_desk(house.lead, color_scheme=scheme)

    objections = [words for address in screens for words in said(desk, address)]
    desk.page.set_viewport_size({"width": 390, "height": 844})
    objections += said(desk, "/complaints/tasks")

    assert objections == []
